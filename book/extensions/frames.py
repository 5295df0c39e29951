"""Move the frames of the explorers out of the pages, into a script for each page.

A page is painted before explorer.js asks for its frames. They come as a script, not as
data, so that they do from the disk too: it puts them where textbook/page.py had them.
"""

import hashlib
import json
import re
from pathlib import Path

from sphinx.application import Sphinx

FOLDER = "_static/explorers"
FRAMES = re.compile(
    r'(<figure class="explorer" id="([^"]+)".*?<script type="application/json">)(.*?)'
    r"(?=</script>)",
    re.DOTALL,
)
EXPLORER = re.compile(
    r'<script (?=defer="defer" src="((?:\.\./)*)_static/explorer\.js)'
)


def move_frames(app: Sphinx, exception: Exception | None) -> None:
    """Write the scripts, and tell explorer.js on each page where its own is."""
    if exception:
        return
    target = Path(app.outdir) / FOLDER
    target.mkdir(parents=True)
    for path in sorted(Path(app.outdir).rglob("*.html")):
        page, lines = path.read_text(), []

        def take(found: re.Match, lines: list[str] = lines) -> str:
            frames = json.dumps(found[3], ensure_ascii=False)
            place = f'document.querySelector("#{found[2]} script")'
            lines.append(f"{place}.textContent = {frames};\n")
            return found[1]

        page = FRAMES.sub(take, page)
        if lines:
            script = "".join(lines).encode()
            (target / f"{path.stem}.js").write_bytes(script)
            version = hashlib.sha256(script).hexdigest()[:8]
            source = rf'data-frames="\1{FOLDER}/{path.stem}.js?v={version}"'
            path.write_text(EXPLORER.sub(rf"\g<0>{source} ", page))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("build-finished", move_frames)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
