"""Where the book's files are."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
NOTEBOOKS = [ROOT / "index.ipynb", *sorted((ROOT / "chapters").glob("*.ipynb"))]
