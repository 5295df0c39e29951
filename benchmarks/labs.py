"""What each lab of the built book weighs, and how quickly it answers, in Chromium.

For each lab: compressed bytes of its graphs, weights and samples, and of its view; how
many operations its first graph has, and how many kinds; milliseconds for one run of
that graph on the first sample, and from a change of the state until it is drawn.
"""

import gzip

from benchmarks.sliders import spread
from tests.browser.labs import open_lab
from tests.site.built import SITE, lab_data, labs, open_browser, serve_site

RUNS = 100
MEASURE = """async ([name, inputs, options, samples, count]) => {
    const lab = labs.get(name), runs = [], shown = [];
    const painted = () => new Promise((done) => requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = done;
        channel.port2.postMessage(null);
    }));
    for (let i = 0; i < count + 10; i++) {
        const start = performance.now();
        for (const tensor of Object.values(lab.run(inputs, options))) tensor.flat;
        runs.push(performance.now() - start);
    }
    for (let i = 0; i < count / 2; i++) {
        await painted();
        const start = performance.now();
        lab.set({ sample: samples[i % samples.length] });
        await painted();
        shown.push(performance.now() - start);
    }
    return [runs.slice(10), shown];
}"""


def compressed(path: str) -> int:
    """Return the bytes of a file of the site as a server sends it."""
    return len(gzip.compress((SITE / "_static" / path).read_bytes()))


if __name__ == "__main__":
    shared = [compressed(name) for name in ("operations.js", "pieces.js")]
    print(f"operations.js {shared[0]} bytes compressed, pieces.js {shared[1]}\n")
    print(f"{'lab':20} data, B   view, B  graphs  operations, kinds", end="   ")
    print("run, ms: median 95%   until painted")
    with serve_site() as address, open_browser() as browser:
        for path, name in labs():
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(f"{address}/{path}")
            open_lab(page, name)
            data = lab_data(name)
            options = {key: values[0] for key, values in data["options"].items()}
            graph = data["graphs"][",".join(f"{k}={v}" for k, v in options.items())]
            kinds = {operation for _, operation, *_ in graph["nodes"]}
            samples = list(data["samples"])
            given = [name, data["samples"][samples[0]], options, samples, RUNS]
            runs, shown = page.evaluate(MEASURE, given)
            sizes = compressed(f"labs/{name}.js"), compressed(f"{data['view']}.js")
            counts = len(data["graphs"]), len(graph["nodes"]), len(kinds)
            print(f"{name:20} {sizes[0]:7} {sizes[1]:9} {counts[0]:7}", end=" ")
            print(
                f"{counts[1]:11} {counts[2]:6}   {spread(runs):>19}   {spread(shown)}"
            )
            page.close()
