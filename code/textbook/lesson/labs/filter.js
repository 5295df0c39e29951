// A photograph and a filter of the reader's own. The function takes grays from 0 to 255 and 5×5
// weights, of which a smaller filter is the middle; it gives `framed`, what the window slides over,
// and `output`. Options: `kernel_size` (3 or 5), `stride`, `dilation`, and others. Of lab.more: `presets`,
// weights by their names, for each kernel size; `modes`, what the third input counts.

views.filter = (lab) => {
  const LARGEST = 1000;
  const size = Object.values(lab.graphs)[0].inputs[0].shape.slice(2);
  let found; // what came of which state
  let place = size.map((length) => length >> 1); // the output that is pointed at

  const input = new Raster(...size, { label: "The photograph with its padding" });
  const output = new Raster(...size, {
    label: "Output. Arrow keys open its windows.",
    point: (...at) => open(...at),
  });
  const detail = make("p", { class: "lab-detail lab-sum", "aria-live": "polite" });

  /** Change the state; what is typed into one field is undone together. */
  const change = (some, typed) => past.change({ ...some, typed }, typed && typed === past.state.typed);

  /** Which of the 5×5 weights are in use. */
  const used = (list, k = found.state.kernel_size) =>
    [...list].filter((_, i) => [Math.floor(i / 5), i % 5].every((at) => Math.abs(at - 2) * 2 < k));

  const fields = Array.from({ length: 25 }, (_, i) => {
    const label = `Weight ${Math.floor(i / 5) - 2} down, ${i % 5 - 2} across`.replaceAll("-", "−");
    const made = field(lab, label, (number) => {
      if (Math.abs(number) <= LARGEST) return change({ weights: past.state.weights.with(i, number) }, label);
      made.setAttribute("aria-invalid", true);
      lab.warn(`${label} must lie between −${LARGEST} and ${LARGEST}.`);
    });
    return made;
  });
  const grid = make("div", { class: "lab-weights", role: "group", "aria-label": "Filter" }, ...fields);

  const show = soon((state) => {
    const inputs = [state.levels, state.weights, [lab.more.modes.indexOf(state.padding_mode)]];
    found = { state, ...lab.run(inputs, state) };
    for (const name in choices) choices[name].at = state[name];
    grid.style.setProperty("--side", state.kernel_size);
    const seen = used(fields);
    fields.forEach((each, i) => {
      each.at = state.weights[i];
      each.hidden = !seen.includes(each);
    });
    const [low, high] = range(used(state.weights), found.output.flat);
    const [before, after] = [draw(input, found.framed, 0, 1), draw(output, found.output, low, high)];
    const sizes = [...new Set([size.join("×"), before]), after];
    lab.say(`${sizes.join(" becomes ")}. ` +
      `${low + high ? "Black" : "Gray is 0, black"} ${told(low)} or less, white ${told(high)} or more.`);
    open();
  });

  /** Draw x, of whatever size, and tell the size. */
  const draw = (raster, x, low, high) => {
    const sides = x.shape.slice(2);
    [raster.rows, raster.columns] = [raster.canvas.height, raster.canvas.width] = sides;
    raster.box.style.aspectRatio = `${sides[1]} / ${sides[0]}`;
    raster.draw(x.flat, low, high);
    return sides.join("×");
  };

  /** Black and white. Weights that cancel find differences, around 0; others make a picture. */
  const range = (weights, numbers) => {
    const [sum, most] = [total(weights), total(weights.map(Math.abs))];
    if (Math.abs(sum) > most / 20) return [Math.min(sum, 0), Math.max(sum, 0)];
    const high = numbers.reduce((high, y) => Math.max(high, Math.abs(y) / 2), most / 100) || 1;
    return [-high, high];
  };

  /** Show the window of an output and its sum; where nothing is pointed at, of the one before. */
  const open = (row = place[0], column = place[1]) => {
    const { state: { kernel_size: k, stride, dilation, weights }, framed, output: y } = found;
    place = [Math.min(row, output.rows - 1), Math.min(column, output.columns - 1)];
    const [top, left] = place.map((at) => at * stride);
    output.mark(...place, 1);
    input.mark(top, left, dilation * (k - 1) + 1);
    const terms = used(weights).map((weight, i) => {
      const at = (top + dilation * Math.floor(i / k)) * input.columns + left + dilation * (i % k);
      return `${i % k ? "" : "\n"}${told(weight, 3).replace(/\.?0+$/, "")}·${told(framed.flat[at], 3)}`;
    });
    const value = told(y.flat[place[0] * output.columns + place[1]], 3);
    detail.textContent = `Output in row ${place[0]}, column ${place[1]}: ${value} = ${terms.join(" + ")}`
      .replaceAll(/\+ (\n?)−/g, "− $1");
  };

  const listed = Object.entries({ ...lab.options, padding_mode: lab.more.modes });
  const choices = Object.fromEntries(listed.map(([name, values]) =>
    [name, choice(`${name.replace("_", " ")}:`, values, (value) => change({ [name]: value }))]));
  const preset = (name, weights) => button(name, () => change({ weights: Float32Array.from(weights()) }));
  const [levels, weights] = Object.values(lab.samples)[0].map((numbers) => Float32Array.from(numbers));
  const past = new Past({ levels, weights, padding_mode: lab.more.modes[0], ...lab.firstOptions }, show);
  const take = (name) => change({ levels: Float32Array.from(lab.samples[name][0]) });
  lab.room.append(
    photographs(lab, size, (levels) => change({ levels })),
    samples(lab, take),
    make("div", { class: "lab-pair" }, part("padded photograph", input.box), part("output", output.box)),
    detail,
    row("Filter:", ...Object.entries(lab.more.presets).map(([name, weights]) =>
      preset(name, () => weights[past.state.kernel_size])),
    preset("random", () => fields.map(() => Math.round(20 * Math.random() - 10) / 10)), past.undo),
    grid,
    row(...Object.values(choices)),
  );
  return ({ sample, ...options }) => {
    if (sample) take(sample);
    change(options);
  };
};

/**
 * A button for a photograph of the reader's own, which may also be dropped into the lab or pasted.
 * take(grays) gets it, (rows, columns) from 0 to 255: its middle, where it has another shape.
 */
const photographs = (lab, size, take) => {
  const [MEGABYTES, MEGAPIXELS] = [50, 64];
  const [rows, columns] = size;

  const read = async (file) => {
    const about = (what) => Error(`“${file.name.slice(0, 30)}” ${what}.`);
    const unreadable = () => Promise.reject(about("is not a picture that this browser can read"));
    if (file.size > MEGABYTES * 1e6) throw about(`has over ${MEGABYTES} MB, the most that can be read`);
    const picture = new Image();
    picture.src = URL.createObjectURL(file);
    await new Promise((...ends) => ([picture.onload, picture.onerror] = ends)).catch(unreadable);
    const sides = [picture.naturalHeight, picture.naturalWidth];
    const pixels = `${sides.join("×")} pixels`;
    if (product(sides) > MEGAPIXELS * 1e6) throw about(`has ${pixels}, more than ${MEGAPIXELS} million`);
    const scale = Math.min(...sides.map((side, i) => side / size[i]));
    const [height, width] = size.map((length) => Math.max(1, Math.floor(length * scale)));
    const [top, left] = [sides[0] - height, sides[1] - width].map((rest) => rest >> 1);
    const source = file.type.includes("svg") ? picture : file;
    const bitmap = await createImageBitmap(source, left, top, width, height).catch(unreadable);
    URL.revokeObjectURL(picture.src);
    if (scale < 1) lab.warn(about(`has only ${pixels}, which are enlarged`).message);
    return grays(bitmap);
  };

  /** A picture laid on white; of each pixel the mean of its three colors. */
  const grays = (bitmap) => {
    const pen = new OffscreenCanvas(columns, rows).getContext("2d");
    pen.fillStyle = "white";
    pen.fillRect(0, 0, columns, rows);
    pen.imageSmoothingQuality = "high"; // averages, which cropping and resizing at once does not
    pen.drawImage(bitmap, 0, 0, columns, rows);
    const { data } = pen.getImageData(0, 0, columns, rows);
    const mean = (_, i) => total(data.subarray(4 * i, 4 * i + 3)) / 3;
    return Float32Array.from({ length: rows * columns }, mean);
  };

  const bring = async (files) => {
    lab.warn(files.length > 1 ? `${files.length} files came: the first is taken.` : "");
    try {
      take(await read(files[0]));
    } catch (wrong) {
      lab.warn(files.length ? wrong.message : "Only a picture file can be taken.");
    }
  };

  const chooser = make("input", { type: "file", accept: "image/*", hidden: "" });
  chooser.addEventListener("change", async () => {
    await bring([...chooser.files]);
    chooser.value = ""; // the same may be chosen again
  });
  const given = (files) => (event) => {
    if (!files(event).length && event.target.matches("input")) return; // text, into its field
    event.preventDefault();
    bring([...files(event)]);
  };
  lab.figure.addEventListener("dragover", (event) => event.preventDefault());
  lab.figure.addEventListener("drop", given((event) => event.dataTransfer.files));
  lab.figure.addEventListener("paste", given((event) => event.clipboardData.files));
  return row(button("Your photograph…", () => chooser.click()), chooser, "or drop or paste one here");
};
