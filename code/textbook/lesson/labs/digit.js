// A pad to draw a digit on, what a network reads, and every map of every layer. Each unit opens to
// its receptive field and its arithmetic, each score to its sum. The function gives `seen` (8×8),
// `conv1`, `pool1`, `conv2`, `pool2`, the scores `z` and `q`, and the weights `w1`, `b1` to `w3`, `b3`.
// Option: the `preparation` of the drawing (32×32). Of lab.more: `layers`, of each its name, the count
// and the side of its maps, and the size, jump and start of its receptive field.

views.digit = (lab) => {
  const SIDE = 32;
  const PEN = 2.5; // the radius: strokes as wide as those of the data set
  const { layers } = lab.more;
  let found;
  let again = () => {}; // opens once more what the reader has opened

  const seen = new Raster(8, 8, { label: "What the network reads: 8 by 8 numbers" });
  const answer = bars([..."0123456789"], "Probability of each digit");
  const detail = make("p", { class: "lab-detail", "aria-live": "polite" });
  const maps = layers.map(({ name, count, side }) =>
    Array.from({ length: count }, (_, map) =>
      new Raster(side, side, {
        label: `${name}, map ${map}. Arrow keys open its numbers, and lead on into the next map.`,
        point: (row, column) => open(name, map, row, column),
      })));

  const show = soon(({ drawing, preparation }) => {
    pad.draw(drawing);
    prepare.at = preparation;
    const empty = !drawing.some(Boolean);
    found = lab.run([drawing], { preparation });
    seen.draw(found.seen.flat);
    layers.forEach(({ name, side }, layer) => {
      const numbers = found[name].flat;
      const most = Math.max(...numbers, 1e-6);
      maps[layer].forEach((raster, map) =>
        raster.draw(numbers.subarray(map * side * side, (map + 1) * side * side), 0, most));
    });
    const q = [...found.q.flat];
    answer.show(empty ? q.map(() => 0) : q);
    const best = q.indexOf(Math.max(...q));
    lab.say(empty
      ? "Nothing is drawn yet: draw a digit on the pad."
      : `The network reads a ${best}, ${told(q[best])} sure; the drawing is ${preparation}.`);
    again();
  });

  /** Show what a unit is made of; nothing, when no unit is pointed at. */
  const open = (name, map, row, column) => {
    for (const raster of maps.flat()) raster.mark();
    seen.mark();
    score.at = undefined;
    again = () => {};
    if (row === undefined) return;
    again = () => open(name, map, row, column);
    const layer = layers.findIndex((each) => each.name === name);
    const { side, size, jump, start } = layers[layer];
    maps[layer][map].mark(row, column, 1);
    const [top, left] = [row, column].map((place) => Math.max(start + jump * place, 0));
    const [bottom, right] = [row, column].map((place) => Math.min(start + jump * place + size, 8));
    seen.mark(top, left, bottom - top, right - left);
    const value = found[name].flat[(map * side + row) * side + column];
    const place = `${name}, map ${map}, row ${row}, column ${column}: ${told(value)}`;
    detail.textContent = `${place} = ${sum(name, map, row, column)}`;
  };

  /** How a unit comes from the layer below it, in numbers. */
  const sum = (name, map, row, column) => {
    const layer = layers.findIndex((each) => each.name === name);
    const below = layer ? layers[layer - 1] : { name: "seen", side: 8, count: 1 };
    const numbers = found[below.name].flat;
    const at = (channel, i, j) =>
      i < 0 || j < 0 || i >= below.side || j >= below.side ? 0 : numbers[(channel * below.side + i) * below.side + j];
    if (name.startsWith("pool")) {
      const window = [0, 1, 2, 3].map((i) => at(map, 2 * row + (i >> 1), 2 * column + (i & 1)));
      return `the largest of ${window.map((number) => told(number)).join(", ")}`;
    }
    const [weights, biases] = name === "conv1" ? ["w1", "b1"] : ["w2", "b2"];
    const products = Array.from({ length: below.count * 9 }, (_, i) => {
      const [channel, u, v] = [Math.floor(i / 9), Math.floor((i % 9) / 3), i % 3];
      return [found[weights].flat[map * below.count * 9 + i], at(channel, row + u - 1, column + v - 1)];
    });
    const terms = below.count === 1
      ? products.map(([w, x]) => `${told(w)}·${told(x)}`)
      : Array.from({ length: below.count }, (_, channel) =>
          told(products.slice(9 * channel, 9 * channel + 9).reduce((total, [w, x]) => total + w * x, 0)));
    const kind = below.count === 1 ? "" : `, a sum of nine products for each of ${below.count} maps below`;
    return `ReLU(${told(found[biases].flat[map])} + ${terms.join(" + ")})${kind}`.replaceAll("+ −", "− ");
  };

  /** Show how the score of a digit comes from all maps of the last layer. */
  const openScore = (digit) => {
    open();
    score.at = digit;
    again = () => openScore(digit);
    const numbers = found.pool2.flat;
    const weights = found.w3.flat.subarray(digit * numbers.length, (digit + 1) * numbers.length);
    const { count, side } = layers.at(-1);
    const terms = Array.from({ length: count }, (_, map) => {
      const places = Array.from({ length: side * side }, (_, i) => map * side * side + i);
      return told(places.reduce((sum, i) => sum + weights[i] * numbers[i], 0));
    });
    const text = `Score of ${digit}: ${told(found.z.flat[digit])} = ${told(found.b3.flat[digit])} + ${terms.join(" + ")}`;
    detail.textContent = `${text}, a sum of four products for each of ${count} maps`.replaceAll("+ −", "− ");
  };

  const score = choice("Open the score of", [...Array(10).keys()], openScore);
  const prepare = choice("Drawing:", lab.options.preparation, (preparation) => past.change({ preparation }));
  const take = (name) => past.change({ drawing: Float32Array.from(lab.samples[name][0]) });
  const past = new Past({ drawing: Float32Array.from(Object.values(lab.samples)[0][0]), ...lab.firstOptions }, show);
  const pad = drawingPad(SIDE, PEN, "a digit", past);
  lab.room.append(
    row(samples(lab, take), past.undo, button("Clear", () => past.change({ drawing: new Float32Array(SIDE * SIDE) }))),
    prepare,
    make("div", { class: "lab-row top lab-digit" }, part("your drawing", pad.box), part("what is read", seen.box), answer),
    lab.result,
    ...layers.map(({ name }, layer) => part(name, rasterRow(maps[layer]))),
    score,
    detail,
  );
  return ({ sample, ...options }) => {
    if (sample) take(sample);
    past.change(options);
  };
};
