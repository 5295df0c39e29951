// Eight numbers that the reader types, one feature of a batch, on three lines: as they are, normalized,
// scaled and shifted. The function takes them, ε, γ, β, running mean and variance; it gives the `mean`
// and `variance` that it uses, `z` and `y` for each of the first `examples`, and the new `running_mean`
// and `running_var`. Options: how many `examples`, and the `mode`, training or evaluation.

views.batch = (lab) => {
  let found = {};
  let sliding = false; // a slider's whole move is one step to undo

  /** A number in three digits, however large or small. */
  const brief = (number) =>
    String(Number(number.toPrecision(3))).replace("Infinity", "∞").replaceAll("-", "−");
  const put = (place, numbers, joined) =>
    past.change({ inputs: past.state.inputs.with(place, Float32Array.from(numbers)) }, joined);

  const fields = Array.from({ length: 8 }, (_, i) =>
    field(lab, `Number ${i + 1}`, (number) => put(0, past.state.inputs[0].with(i, number))));
  const outputs = fields.map(readout);
  /** A slider for an input; it may stand for another number than where it is at. */
  const knob = (label, place, options, number = (at) => at) => {
    const box = slider(label, options, (at) => {
      put(place, [number(at)], sliding);
      sliding = true;
    });
    box.addEventListener("change", () => (sliding = false));
    return box;
  };
  const power = (at) => 10 ** at;
  const epsilon = knob("ε", 1, { min: -8, max: 2, step: 0.05, shown: (at) => brief(power(at)) }, power);
  const gamma = knob("γ", 2, { min: -3, max: 3, step: 0.01 });
  const beta = knob("β", 3, { min: -3, max: 3, step: 0.01 });
  const choices = Object.entries(lab.options).map(([name, values]) =>
    [name, choice(`${name}:`, values, (value) => past.change({ [name]: value }))]);

  const drawing = svg("svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none" });
  const box = make("div", { class: "lab-batch" });
  const draw = (name, d) => drawing.append(svg("path", { class: name, d }));
  const write = (text, left, top, name = "lab-tick") =>
    box.append(make("span", { class: name, style: `left: ${left}%; top: ${top}%` }, text));

  /** x from its smallest to its largest number; z and y on one scale, around 0. */
  const lines = (numbers, mean) => {
    const most = Math.max(3, ...[...numbers.z, ...numbers.y].map(Math.abs).filter(Number.isFinite));
    const [low, high] = [Math.min(...numbers.x, ...mean), Math.max(...numbers.x, ...mean)];
    const ends = { x: low < high ? [low, high] : [low - 1, low + 1], z: [-most, most], y: [-most, most] };
    const places = (name, values) => {
      const [from, to] = ends[name];
      const place = (number) => 6 + (88 * (number - from)) / (to - from);
      return Array.from(values, (number) => Math.min(Math.max(place(number), 0), 100));
    };
    let above;
    drawing.replaceChildren();
    box.replaceChildren(drawing);
    Object.keys(ends).forEach((name, line) => {
      const height = 10 + 36 * line;
      const here = places(name, numbers[name]);
      draw("axis", `M0 ${height}H100`);
      for (const left of here) write("", left, height, "lab-mark");
      const thread = (left, i) => `M${above[i]} ${height - 36}L${left} ${height}`;
      if (above) draw("thread", here.map(thread).join(""));
      places(name, ends[name]).forEach((left, i) => write(brief(ends[name][i]), left, height + 8));
      write(["your batch", "normalized", "times γ, plus β"][line], 50, height + 8);
      above = here;
    });
    for (const left of places("x", mean)) draw("mean", `M${left} 2V18`);
  };

  const show = soon(({ inputs, ...chosen }) => {
    const batch = inputs[0].slice(0, chosen.examples);
    fields.forEach((each, i) => {
      each.at = inputs[0][i];
      each.disabled = i >= batch.length;
    });
    [epsilon.at, gamma.at, beta.at] = [Math.log10(inputs[1][0]), inputs[2][0], inputs[3][0]];
    for (const [name, each] of choices) each.at = chosen[name];
    lab.warn();
    try {
      const answers = Object.entries(lab.run(inputs, chosen));
      found = Object.fromEntries(answers.map(([name, { flat }]) => [name, flat]));
      const of = (name) => brief(found[name][0]);
      lab.say(`Mean ${of("mean")}, variance ${of("variance")}. Running mean ${brief(inputs[4][0])} → `
        + `${of("running_mean")}, running variance ${brief(inputs[5][0])} → ${of("running_var")}.`);
      if (of("variance") === "∞") lab.warn("A square is beyond float32's 3.4·10³⁸: the variance is ∞.");
    } catch ({ message }) {
      found = {};
      lab.warn(`The kernel says: ${message}.`);
      lab.say("No output.");
    }
    const { z = [], y = [], mean = [] } = found;
    outputs.forEach((each, i) => {
      each.textContent = i < y.length ? `z = ${brief(z[i])}\ny = ${brief(y[i])}` : "";
    });
    lines({ x: batch, z, y }, mean);
  });

  const taken = (name) => ({ inputs: lab.samples[name].map((numbers) => Float32Array.from(numbers)) });
  const take = (name) => past.change(taken(name));
  const past = new Past({ ...taken(Object.keys(lab.samples)[0]), ...lab.firstOptions }, show);
  const step = () => {
    const { inputs, mode } = past.state;
    if (mode !== "training") lab.warn("Running statistics move in training only.");
    else if (found.y) past.change({ inputs: [...inputs.slice(0, 4), found.running_mean, found.running_var] });
  };
  lab.room.append(
    row(samples(lab, take), past.undo),
    make("div", { class: "lab-eight" }, ...fields.map((each, i) => make("label", {}, each, outputs[i]))),
    box,
    row(epsilon, gamma, beta),
    row(...choices.map(([, each]) => each), button("Another training step", step)),
  );
  return ({ sample, ...wanted }) => {
    if (sample) take(sample);
    for (const name in wanted) {
      past.change({ [name]: lab.options[name].find((each) => `${each}` === `${wanted[name]}`) });
    }
  };
};
