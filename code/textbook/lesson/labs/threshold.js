// Ten examples on a line, to drag and to relabel; below, on the same axis, the loss of each threshold.
// The function gives, for each that differs, the ends `below` and `at`, its `losses`, whether it is
// `tied` for the smallest; of the `fitted` one itself, its loss on the ten and in the population, the
// best loss there, gap and excess loss; what is `wrong`; and the population's `curve` `along` the line.
// Of lab.more: the ends of the line, `low` and `high`, its `ticks`, and `keys`, a name for each color.

views.threshold = (lab) => {
  const { low, high } = lab.more;
  let chosen = 0;
  let drag; // while a dot is dragged: how far off the pointer it is, whether it has moved

  // Places in percent of the box: dots stand in its upper part, losses in the lower one.
  const inside = (x) => Math.min(Math.max(x, low), high);
  const across = (x) => (100 * (inside(x) - low)) / (high - low);
  const down = (loss) => 97 - 57 * loss;
  const point = (x, loss) => `${across(x)} ${down(loss)}`;

  const drawing = svg("svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none" });
  const draw = (name, ...lines) =>
    drawing.append(svg("path", { class: name, d: lines.map((points) => `M${points.join("L")}`).join(" ") }));

  /** Change a number of the chosen example; say whether a step is there to join. */
  const change = (name, value, joined) => {
    const before = past.state[name];
    const numbers = before.with(chosen, value);
    if (numbers[chosen] === before[chosen]) return joined;
    past.change({ [name]: numbers }, joined);
    return true;
  };
  const move = (x, joined) => change("x", Math.round(100 * inside(x)) / 100, joined);
  const flip = () => change("y", 1 - past.state.y[chosen]);
  const under = ({ clientX }) => {
    const { left, width } = box.getBoundingClientRect();
    return low + ((high - low) * (clientX - left)) / width;
  };

  const dots = Array.from({ length: 10 }, (_, i) => make("span", {
    role: "slider", tabindex: 0,
    "aria-label": `Example ${i + 1}`, "aria-valuemin": low, "aria-valuemax": high,
    on: {
      focus: () => {
        chosen = i;
        show(past.state);
      },
      pointerdown: (event) => {
        dots[i].focus();
        dots[i].setPointerCapture(event.pointerId);
        drag = { off: past.state.x[i] - under(event) };
      },
      pointermove: (event) => {
        if (drag) drag.moved = move(under(event) + drag.off, drag.moved);
      },
      lostpointercapture: () => (drag = undefined),
      dblclick: flip,
      keydown: (event) => {
        const step = { ArrowLeft: -0.1, ArrowDown: -0.1, ArrowRight: 0.1, ArrowUp: 0.1 }[event.key];
        if (step) move(past.state.x[i] + step, event.repeat);
        else if (event.key === "Enter") flip();
        else return;
        event.preventDefault();
      },
    },
  }));

  /** Dots stand above or below, by their labels, at four heights so that few lie on others. */
  const place = (x, y, wrong) => dots.forEach((dot, i) => {
    const top = 19 + (y[i] ? -1 : 1) * (3 + 5 * (i % 4));
    dot.className = `lab-dot of-${y[i]}`;
    dot.classList.toggle("wrong", wrong[i]);
    dot.classList.toggle("chosen", i === chosen);
    dot.style.cssText = `left: ${across(x[i])}%; top: ${top}%`;
    dot.textContent = y[i];
    dot.setAttribute("aria-valuenow", x[i]);
    dot.setAttribute("aria-valuetext", `${told(x[i])}, label ${y[i]}, ${wrong[i] ? "wrong" : "right"}`);
  });

  const show = soon(({ x, y }) => {
    const found = Object.entries(lab.run([x, y])).map(([name, { flat }]) => [name, flat]);
    const { below, at, losses, tied, along, curve, wrong, fitted } = Object.fromEntries(found);
    const [t, training, everywhere, best, gap, excess] = fitted;
    place(x, y, wrong);
    const steps = Array.from(losses, (loss, i) => [point(below[i], loss), point(at[i], loss)]);
    drawing.replaceChildren();
    draw("fitted", [`${across(t)} 0`, `${across(t)} 100`]);
    draw("population", Array.from(along, (threshold, i) => point(threshold, curve[i])));
    draw("training", ...steps);
    draw("tied", ...steps.filter((_, i) => tied[i]));
    draw("gap", [training, everywhere].map((loss) => point(inside(t) - 0.06, loss)));
    draw("excess", [best, everywhere].map((loss) => point(inside(t) + 0.06, loss)));
    name.textContent = `Example ${chosen + 1}: label ${y[chosen]}, x =`;
    number.at = x[chosen];
    lab.warn();
    const ties = new Set(at.filter((_, i) => tied[i])).size;
    lab.say(`Fitted threshold ${Number.isFinite(t) ? told(t) : t < 0 ? "below all" : "above all"}`
      + `${ties > 1 ? ` (${ties} tie; the smallest is taken)` : ""}: loss ${told(training)} on the ten, `
      + `${told(everywhere, 3)} in the population. Generalization gap ${told(gap, 3)}, `
      + `excess loss ${told(excess, 3)}.`
      + (new Set(x).size < 10 ? " No threshold separates equal values." : ""));
  });

  const name = make("span");
  const number = field(lab, "x", (x) => {
    if (x === inside(x)) change("x", x);
    else lab.warn(`x must lie on the line, from ${told(low, 0)} to ${told(high, 0)}.`);
  });
  const tick = (text, left, top) =>
    make("span", { class: "lab-tick", style: `left: ${left}%; top: ${top}%` }, text);
  const box = make("div", { class: "lab-threshold" }, drawing,
    ...lab.more.ticks.map((x) => tick(told(x, 0), across(x), 104)),
    ...[0, 1].map((loss) => tick(loss, -2, down(loss))), ...dots);
  const state = (sample) => {
    const [x, y] = lab.samples[sample].map((numbers) => Float32Array.from(numbers));
    return { sample, x, y };
  };
  const take = (sample) => past.change(state(sample));
  const past = new Past(state(Object.keys(lab.samples)[0]), show);
  lab.room.append(
    row(samples(lab, take), past.undo, button("Back to the sample", () => take(past.state.sample))),
    row(name, number, button("Flip the label", flip)),
    box,
    row(...lab.more.keys.map(([key, text]) => make("span", { class: `lab-key ${key}` }, text))),
  );
  return ({ sample }) => sample && take(sample);
};
