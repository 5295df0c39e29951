"""How quickly the explorers of the built book answer, and what their pages weigh.

For each explorer and for all together, every value of every control: milliseconds from
the input event until the script is done and the layout is known, and until the frame is
painted (which waits for the screen's next tick, up to 17 ms at 60 Hz).

For each page with explorers, at full speed and with the processor slowed down to a
quarter, as Lighthouse does for a phone: milliseconds from the start of navigation until
every slider has answered once, the frames being there.
"""

import statistics

from tests.site.built import (
    FRAMES_ARE_THERE,
    explorers,
    open_browser,
    serve_site,
)

MEASURE = """async (name) => {
    const explorer = document.getElementById(name);
    const painted = () => new Promise((resolve) => requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => resolve(performance.now());
        channel.port2.postMessage(null);
    }));
    const done = [], seen = [];
    explorer.scrollIntoView();
    await painted();
    for (const control of explorers.get(name).controls) {
        for (let i = 0; i <= control.last; i++) {
            const start = performance.now();
            control.at = i;
            control.inputs[0].dispatchEvent(new Event("input"));
            explorer.querySelector("svg").getBoundingClientRect();
            done.push(performance.now() - start);
            seen.push(await painted() - start);
        }
    }
    return [done, seen];
}"""

READY = """addEventListener("load", async () => {
    while (!(FRAMES_ARE_THERE)()) await new Promise(requestAnimationFrame);
    for (const { controls, caption } of explorers.values()) {
        for (const { inputs } of controls) {
            caption.textContent = "";
            inputs[0].dispatchEvent(new Event("input"));
            if (!caption.textContent) throw Error("no answer");
        }
    }
    window.ready = performance.now();
})""".replace("FRAMES_ARE_THERE", FRAMES_ARE_THERE)


def spread(times: list[float]) -> str:
    """Return median and 95th percentile."""
    ordered = sorted(times)
    return f"{statistics.median(ordered):6.1f} {ordered[int(0.95 * len(ordered))]:6.1f}"


if __name__ == "__main__":
    with serve_site() as address, open_browser() as browser:
        print(f"{'milliseconds':30} states   until done: median 95%   until painted")
        every_done, every_seen = [], []
        for path, name in explorers():
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(f"{address}/{path}")
            page.wait_for_function(FRAMES_ARE_THERE)
            done, seen = page.evaluate(MEASURE, name)
            print(f"{name:30} {len(done):5}   {spread(done):>21}   {spread(seen)}")
            every_done += done
            every_seen += seen
            page.close()
        print(
            f"{'all together':30} {len(every_done):5}   {spread(every_done):>21}   "
            f"{spread(every_seen)}"
        )
        print("\nkB compressed   ms until sliders answer   at a quarter of the speed")
        for path in sorted({page for page, _ in explorers()}):
            ready, answers = [], []
            for slowness in (1, 4):
                page = browser.new_page()
                page.add_init_script(READY)
                page.on("response", lambda answer, seen=answers: seen.append(answer))
                chrome = page.context.new_cdp_session(page)
                chrome.send("Emulation.setCPUThrottlingRate", {"rate": slowness})
                page.goto(f"{address}/{path}", wait_until="networkidle")
                ready.append(page.wait_for_function("window.ready").json_value())
                page.close()
            size = sum(int(answer.headers["content-length"]) for answer in answers) / 2
            print(f"{size / 1000:13.0f} {ready[0]:25.0f} {ready[1]:24.0f}  {path}")
