// Visit every handle of an explorer, and say what is wrong and how many were visited.
// In the first state each part that sets is clicked and entered by key, each part that reveals is
// pointed at and focused; in the last state and in one between, every third part. In all three each
// axis is dragged to every value of its slider. Everything is sent to what lies on top at its place,
// as a pointer would.
async (figure) => {
    const explorer = explorers.get(figure.id);
    const { frame, handles, controls } = explorer;
    const wrong = [];
    const states = () => {
        const at = (share) => Object.fromEntries(controls.map(({ name, values, last }) =>
            [name, values[Math.round(share * last)]]));
        const start = controls.map(({ name, values, start }) => [name, values[start]]);
        return [Object.fromEntries(start), at(1), at(0.4)];
    };
    const visited = { sets: 0, reveals: 0, slides: 0 };
    const state = () => Object.fromEntries(controls.map((c) => [c.name, c.values[c.at]]));
    const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
    const middle = (part) => {
        const { left, right, top, bottom } = part.getBoundingClientRect();
        return { clientX: (left + right) / 2, clientY: (top + bottom) / 2 };
    };
    // A place where a pointer finds the part, if there is one: whole pixels, as a click has them.
    const placeOf = (part) => {
        const { left, top, width, height } = part.getBoundingClientRect();
        for (const x of [0.5, 0.3, 0.7, 0.1, 0.9, 0.02, 0.98])
            for (const y of [0.5, 0.3, 0.7, 0.1, 0.9, 0.02, 0.98]) {
                const place = { clientX: Math.round(left + x * width),
                    clientY: Math.round(top + y * height) };
                if (handles.partAt(place) === part) return place;
            }
        return undefined;
    };
    const send = (name, place, more) => {
        const target = document.elementFromPoint(place.clientX, place.clientY) ?? frame;
        const options = { bubbles: true, button: 0, pointerId: 1, ...place, ...more };
        target.dispatchEvent(new PointerEvent(name, { pointerType: "mouse", ...options }));
        return target;
    };
    frame.setPointerCapture = () => {};
    const press = (part, key) => {
        part.focus({ preventScroll: true });
        part.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    };
    const seen = () => [...frame.querySelectorAll("[data-revealed]")]
        .filter((part) => getComputedStyle(part).visibility === "visible")
        .map((part) => part.dataset.revealed.split(";"));
    const said = () => figure.querySelector(".explorer-says > span")?.textContent ?? "";
    for (const [number, from] of states().entries()) {
        explorer.set(from);
        figure.scrollIntoView({ block: "start", behavior: "instant" });
        frame.scrollIntoView({ block: "center", behavior: "instant" });
        for (let i = 0; i < handles.parts.length; i += number ? 3 : 1) {
            const part = () => handles.parts[i];
            part().scrollIntoView({ block: "center", behavior: "instant" });
            const { sets, reveals, says } = part().dataset;
            const name = `${JSON.stringify(from)} part ${i} ${sets ?? ""} ${reveals ?? ""}`;
            if (!part().getAttribute("aria-label")) wrong.push(`${name}: no name`);
            const place = placeOf(part());
            if (!place) {
                wrong.push(`${name}: no pointer finds it`);
                continue;
            }
            send("pointermove", place);
            for (const way of ["pointer", "focus"]) {
                if (way === "focus") {
                    frame.dispatchEvent(new PointerEvent("pointerleave"));
                    part().focus({ preventScroll: true });
                }
                if (!reveals) continue;
                visited.reveals += 1;
                if (said() !== (says ?? "")) wrong.push(`${name}: says ${said()} by ${way}`);
                const shown = seen();
                const all = [...frame.querySelectorAll("[data-revealed]")]
                    .filter((other) => other.dataset.revealed.split(";").includes(reveals));
                if (shown.length !== all.length || !shown.every((s) => s.includes(reveals)))
                    wrong.push(`${name}: reveals others by ${way}`);
            }
            if (!sets) continue;
            visited.sets += 1;
            const wanted = { ...from,
                ...Object.fromEntries(sets.split(",").map((pair) => pair.split("="))) };
            send("click", place);
            if (!same(state(), wanted)) wrong.push(`${name}: a click sets ${JSON.stringify(state())}`);
            explorer.set(from);
            press(part(), "Enter");
            if (!same(state(), wanted)) wrong.push(`${name}: Enter sets ${JSON.stringify(state())}`);
            explorer.set(from);
        }
        document.activeElement.blur();
        for (let i = 0; i < handles.strips.length; i += 1) {
            for (const axis of ["x", "y", "angle"]) {
                const control = controls.find((c) => c.name === handles.strips[i].dataset[axis]);
                if (!control) continue;
                for (let place = 0; place <= control.last; place += 1) {
                    explorer.set(from);
                    const strip = handles.strips[i];
                    strip.scrollIntoView({ block: "center", behavior: "instant" });
                    const { left, top, width, height } = strip.getBoundingClientRect();
                    let at = middle(strip);
                    const value = control.numbers[place];
                    if (axis === "angle") {
                        const turn = (value * Math.PI) / 180;
                        const far = Math.min(width, height) / 3;
                        at = { clientX: at.clientX + Math.cos(turn) * far,
                            clientY: at.clientY - Math.sin(turn) * far };
                    } else {
                        const [low, high, scale] = strip.dataset[`${axis}Axis`].split(" ");
                        const end = Math.min(low, high);
                        const put = scale === "log" ? (v) => Math.log(Math.max(v, end)) : Number;
                        const share = (put(value) - put(low)) / (put(high) - put(low));
                        if (share < 0 || share > 1) {
                            wrong.push(`${control.name}=${value} is beyond its ${axis} axis`);
                            continue;
                        }
                        if (axis === "x") at.clientX = left + share * width;
                        else at.clientY = top + (1 - share) * height;
                    }
                    explorer.set({ [control.name]: control.values[place && place - 1] });
                    if (control.at === place) explorer.set({ [control.name]: control.values[1] });
                    handles.dragged = { number: i, from: 0, waits: false };
                    handles.drag(at);
                    handles.dragged = undefined;
                    visited.slides += 1;
                    if (control.at !== place)
                        wrong.push(`dragging to ${control.name}=${control.values[place]} gives `
                            + control.values[control.at]);
                }
            }
        }
    }
    return { wrong: wrong.slice(0, 10), visited };
}
