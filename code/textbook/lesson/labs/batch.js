// Eight numbers that the reader types, a batch of one feature, and three number lines: the numbers,
// normalized, scaled and shifted. The function takes the numbers, ε, γ, β and the running mean and
// variance; it gives the `mean` and the `variance` that it uses, `z`, `y`, the new `running_mean` and
// `running_var`. The batch is the first `examples` of the eight; the other numbers wait.

views.batch = (lab) => {
  const names = ["x", "z", "y"];
  let sliding = false; // within one move of a slider, which is one step to undo

  /** A number in three digits, however large or small. */
  const brief = (number) =>
    String(Number(number.toPrecision(3))).replace("Infinity", "∞").replace("NaN", "not a number").replaceAll("-", "−");
  const put = (place, numbers, joined) =>
    past.change({ inputs: past.state.inputs.with(place, Float32Array.from(numbers)) }, joined);

  const fields = Array.from({ length: 8 }, (_, i) =>
    field(lab, `Number ${i + 1}`, (number) => put(0, past.state.inputs[0].with(i, number))));
  const outputs = fields.map(() => make("output"));
  /** A slider for an input; it may show the number by another measure. */
  const knob = (label, place, options, measure = (number) => number) => {
    const box = slider(label, options, (at) => {
      put(place, [measure(at)], sliding);
      sliding = true;
    });
    box.addEventListener("change", () => (sliding = false));
    return box;
  };
  const power = (exponent) => 10 ** exponent;
  const epsilon = knob("ε", 1, { min: -8, max: 2, step: 0.05, shown: (at) => brief(power(at)) }, power);
  const gamma = knob("γ", 2, { min: -3, max: 3, step: 0.01 });
  const beta = knob("β", 3, { min: -3, max: 3, step: 0.01 });
  const options = Object.entries(lab.options).map(([name, values]) =>
    [name, choice(`${name}:`, values, (value) => past.change({ [name]: value }))]);

  const svg = (tag, attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const name in attributes) element.setAttribute(name, attributes[name]);
    return element;
  };
  const drawing = svg("svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none" });
  const draw = (name, d) => drawing.append(svg("path", { class: name, d }));
  const box = make("div", { class: "lab-batch" });
  const write = (text, left, top, name = "lab-tick") =>
    box.append(make("span", { class: name, style: `left: ${left}%; top: ${top}%` }, text));

  /** Three lines: that of x from its smallest to its largest number, z and y on one scale around 0. */
  const lines = (numbers, mean) => {
    const all = [...numbers.z, ...numbers.y].map(Math.abs).filter(Number.isFinite);
    const most = Math.max(3, ...all);
    const x = [...numbers.x, mean].filter(Number.isFinite);
    const [low, high] = [Math.min(...x), Math.max(...x)];
    const ends = { x: low < high ? [low, high] : [low - 1, low + 1], z: [-most, most], y: [-most, most] };
    const across = (name, number) => {
      const [from, to] = ends[name];
      return 5 + (90 * (number - from)) / (to - from);
    };
    drawing.replaceChildren();
    box.replaceChildren(drawing);
    names.forEach((name, line) => {
      const height = 12 + 35 * line;
      draw("axis", `M0 ${height}H100`);
      for (const end of ends[name]) write(brief(end), across(name, end), height + 9);
      write(["x", "normalized", "γ·normalized + β"][line], 50, height + 9);
      numbers[name].forEach((number, i) => {
        const at = across(name, number);
        if (!Number.isFinite(at)) return;
        write("", at, height, `lab-mark of-${name}`);
        const next = across(names[line + 1] ?? name, numbers[names[line + 1] ?? name][i]);
        if (line < 2 && Number.isFinite(next)) draw("thread", `M${at} ${height}L${next} ${height + 35}`);
      });
    });
    if (Number.isFinite(mean)) draw("mean", `M${across("x", mean)} 5V19`);
  };

  const show = soon(({ inputs, ...chosen }) => {
    const count = chosen.examples;
    fields.forEach((each, i) => {
      each.at = inputs[0][i];
      each.disabled = i >= count;
    });
    epsilon.at = Math.log10(inputs[1][0]);
    gamma.at = inputs[2][0];
    beta.at = inputs[3][0];
    for (const [name, box] of options) box.at = chosen[name];
    lab.warn();
    found = undefined;
    const numbers = { x: [...inputs[0].slice(0, count)], z: [], y: [] };
    try {
      found = Object.fromEntries(Object.entries(lab.run(inputs, chosen)).map(([name, { flat }]) => [name, [...flat]]));
      Object.assign(numbers, { z: found.z, y: found.y });
      const [m, v] = [found.mean[0], found.variance[0]];
      if (!Number.isFinite(v)) lab.warn("Numbers of float32 end at 3.4·10³⁸; a square lies beyond, so the variance is ∞.");
      lab.say(`Mean ${brief(m)}, variance ${brief(v)}: outputs from ${brief(Math.min(...found.y))} to `
        + `${brief(Math.max(...found.y))}. Running mean ${brief(inputs[4][0])} → ${brief(found.running_mean[0])}, `
        + `running variance ${brief(inputs[5][0])} → ${brief(found.running_var[0])}.`);
    } catch (error) {
      lab.warn(error.message);
      lab.say("The kernel gives no answer.");
    }
    outputs.forEach((output, i) => (output.textContent = i < numbers.y.length ? `${brief(numbers.z[i])} ${brief(numbers.y[i])}` : "–"));
    lines(numbers, found?.mean[0]);
  });
  let found;

  const take = (name) => past.change({ inputs: lab.samples[name].map((numbers) => Float32Array.from(numbers)) });
  const past = new Past({ inputs: Object.values(lab.samples)[0].map((numbers) => Float32Array.from(numbers)), ...lab.firstOptions }, show);
  lab.room.append(row(samples(lab, take), past.undo));
};
