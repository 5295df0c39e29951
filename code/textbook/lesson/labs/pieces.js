// What the views of labs are made of: controls, pictures of numbers, undo. A view is a function
// views.name = (lab) => set. It builds itself in lab.room, answers what the reader does by lab.run,
// and tells the result in words by lab.say. set({sample, option, …}) puts it to a state, as the
// buttons in the text do. No number of the book is computed here: kernels do that, in lab.run.

const views = {};

/** An element with attributes, listeners (under `on`) and children. */
const make = (tag, { on = {}, ...attributes } = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  for (const [event, listener] of Object.entries(on)) element.addEventListener(event, listener);
  element.append(...children);
  return element;
};

/** An element of a drawing. */
const svg = (tag, attributes = {}) => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
};

/** f, at most once for each picture of the screen, with what was given last. */
const soon = (f) => {
  let latest;
  return (...given) => {
    if (!latest) requestAnimationFrame(() => {
      const now = latest;
      latest = undefined;
      f(...now);
    });
    latest = given;
  };
};

/** A number as readers see it: a true minus sign. */
const told = (number, places = 2) => number.toFixed(places).replace(/^-(?=.*[1-9])/, "−").replace(/^-/, "");

class Lab {
  constructor(figure, data) {
    Object.assign(this, data);
    this.options = Object.fromEntries(data.options);
    this.samples = Object.fromEntries(data.samples);
    this.figure = figure;
    this.room = make("div", { class: "lab-view" });
    this.warning = make("p", { class: "lab-warning", role: "status" });
    this.result = make("span", { class: "lab-result", "aria-live": "polite" });
    this.weights = data.constants.map(unpacked);
    this.functions = new Map();
  }

  /** What the function gives for the inputs and options: a Tensor for each name. */
  run(inputs, options = {}) {
    const key = Object.keys(this.options).map((name) => `${name}=${options[name]}`).join(",");
    if (!this.functions.has(key)) {
      const graph = this.graphs[key];
      if (graph.error) throw new RangeError(graph.error); // the kernel's own words
      const held = Object.entries(graph.constants).map(([name, place]) => [name, this.weights[place]]);
      this.functions.set(key, compile({ ...graph, constants: Object.fromEntries(held) }));
    }
    return this.functions.get(key)(...inputs);
  }

  /** The value of an option that a text means; a sample is its name. */
  meant(name, text) {
    return this.options[name]?.find((value) => String(value) === text) ?? text;
  }

  /** The options as they stand first. */
  get firstOptions() {
    return Object.fromEntries(Object.entries(this.options).map(([name, values]) => [name, values[0]]));
  }

  say(text) {
    if (this.result.textContent !== text) this.result.textContent = text;
  }

  /** One line about what can't be done; nothing: all is well. */
  warn(text = "") {
    if (this.warning.textContent !== text) this.warning.textContent = text;
  }
}

/** Put a lab into its figure, in the place of the picture of its sample. */
const openLab = (figure, data) => {
  const lab = new Lab(figure, data);
  figure.querySelector(".lab-view")?.remove();
  const caption = figure.querySelector("figcaption") ?? figure.appendChild(make("figcaption"));
  caption.replaceChildren(lab.result);
  caption.before(lab.room, lab.warning);
  lab.set = views[data.view](lab);
  figure.dataset.open = "";
  return lab;
};

/** What the reader has done, step by step; show(state) is called with each that is current. */
class Past {
  constructor(start, show) {
    this.states = [start];
    this.show = show;
    this.undo = make("button", { type: "button", on: { click: () => this.back() } }, "Undo");
    this.tell();
  }

  get state() {
    return this.states.at(-1);
  }

  /** Change some of the state; joined: as part of the step before. */
  change(some, joined = false) {
    const state = { ...this.state, ...some };
    if (joined) this.states.pop();
    this.states = [...this.states.slice(-99), state];
    this.tell();
  }

  back() {
    if (this.states.length > 1) this.states.pop();
    this.tell();
  }

  tell() {
    this.undo.setAttribute("aria-disabled", this.states.length < 2);
    this.show(this.state);
  }
}

const button = (text, click) => make("button", { type: "button", on: { click } }, text);

/** A row of controls. */
const row = (...children) => make("div", { class: "lab-row" }, ...children);

/** A place for a number that changes along: the result is read aloud, not each of these. */
const readout = () => make("output", { "aria-live": "off" });

let groups = 0;

/** Radio buttons in a row; .at is the value that is chosen. */
const choice = (label, values, change, shown = String) => {
  const name = `lab-choice-${groups++}`;
  const inputs = values.map((value) =>
    make("input", { type: "radio", name, on: { change: () => change(value) } }));
  const box = make("fieldset", { class: "lab-choice" }, make("legend", {}, label),
    ...values.map((value, i) => make("label", {}, inputs[i], make("span", {}, shown(value)))));
  return Object.defineProperty(box, "at", {
    set: (value) => values.forEach((each, i) => (inputs[i].checked = each === value)),
  });
};

/** A slider; .at is where it stands. */
const slider = (label, { min, max, step, shown = told }, change) => {
  const output = readout();
  const input = make("input", {
    type: "range", min, max, step, on: { input: () => change(Number(input.value)) },
  });
  const box = make("label", { class: "lab-slider" }, make("span", {}, label), input, output);
  return Object.defineProperty(box, "at", {
    set: (value) => {
      input.value = value;
      output.textContent = shown(value);
      input.setAttribute("aria-valuetext", shown(value));
    },
  });
};

/** The number that a text means: −0.5, 1/9, 3e4; undefined if none. */
const numberOf = (text) => {
  const [above, below, ...rest] = text.trim().replace("−", "-").split("/");
  const number = Number(above) / Number(below ?? 1);
  const isOne = above && below !== "" && !rest.length && Number.isFinite(number);
  return isOne ? Math.fround(number) : undefined;
};

/** A field for a number; .at is its value. What is no number is told, and nothing changes. */
const field = (lab, label, change) => {
  const read = () => {
    const number = numberOf(input.value);
    const wrong = number === undefined || !Number.isFinite(number);
    input.setAttribute("aria-invalid", wrong);
    lab.warn(wrong ? `${label} must be a number, not “${input.value.slice(0, 20)}”.` : "");
    if (!wrong) change(number);
  };
  const input = make("input", {
    class: "lab-field", inputmode: "text", autocomplete: "off", "aria-label": label, on: { input: read },
  });
  return Object.defineProperty(input, "at", {
    set: (value) => {
      if (document.activeElement === input && numberOf(input.value) === value) return;
      input.value = String(Number(value.toPrecision(6))).replace("-", "−");
      input.setAttribute("aria-invalid", false);
    },
  });
};

/**
 * A picture of numbers in grays, (rows, columns). A pointer or the arrow keys find its cells:
 * point(row, column) is called for the one that is pointed at, with nothing when it is left;
 * press(row, column, first) for those that are touched; a stroke has many, `first` begins it.
 */
class Raster {
  constructor(rows, columns, { label, point, press } = {}) {
    Object.assign(this, { rows, columns, label, point, press });
    this.canvas = make("canvas", { width: columns, height: rows });
    this.pen = this.canvas.getContext("2d");
    this.box = make("div", { class: "lab-raster", style: `aspect-ratio: ${columns} / ${rows}` }, this.canvas);
    const touched = point || press;
    const role = touched ? { role: "application", tabindex: 0 } : { role: "img" };
    for (const [name, value] of Object.entries({ ...role, "aria-label": label })) {
      this.box.setAttribute(name, value);
    }
    if (touched) this.follow();
  }

  draw(numbers, low = 0, high = 1) {
    const image = this.pen.createImageData(this.columns, this.rows);
    for (let i = 0; i < numbers.length; i++) {
      const gray = (255 * (numbers[i] - low)) / (high - low);
      image.data.set([gray, gray, gray, 255], 4 * i);
    }
    this.pen.putImageData(image, 0, 0);
  }

  /** Outline a part, which begins at (row, column); without size, nothing. */
  mark(row, column, height, width = height) {
    this.outline?.remove();
    if (!height) return;
    const share = (number, of) => `${(100 * number) / of}%`;
    const place = [row, column, height, width].map((n, i) => share(n, i % 2 ? this.columns : this.rows));
    const names = ["top", "left", "height", "width"];
    const style = names.map((name, i) => `${name}: ${place[i]}`).join("; ");
    this.outline = this.box.appendChild(make("span", { class: "lab-outline", style }));
  }

  cell(event) {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    const inside = (share, size) => Math.min(Math.max(Math.floor(share * size), 0), size - 1);
    return [
      inside((event.clientY - top) / height, this.rows),
      inside((event.clientX - left) / width, this.columns),
    ];
  }

  follow() {
    const { box, press, point } = this;
    let down = false;
    if (press) box.classList.add("lab-pad"); // a finger draws, and doesn't scroll
    box.addEventListener("pointerdown", (event) => {
      down = true;
      if (press) box.setPointerCapture(event.pointerId);
      press?.(...this.cell(event), true);
      point?.(...this.cell(event));
    });
    box.addEventListener("pointermove", (event) => {
      const all = event.getCoalescedEvents?.() ?? [];
      if (down && press) for (const each of all.length ? all : [event]) press(...this.cell(each), false);
      point?.(...this.cell(event));
    });
    for (const end of ["pointerup", "pointercancel"]) box.addEventListener(end, () => (down = false));
    box.addEventListener("pointerleave", () => point?.());
    box.addEventListener("blur", () => point?.());
    this.at = [this.rows >> 1, this.columns >> 1];
    box.addEventListener("keydown", (event) => {
      const [dy, dx] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key] ?? [0, 0];
      const act = event.key === " " || event.key === "Enter";
      if (!dy && !dx && !act) return;
      event.preventDefault();
      const [row, column] = [this.at[0] + dy, this.at[1] + dx];
      const other = column < 0 || column >= this.columns ? this.beside?.(dx) : undefined;
      if (other) return other.enter(row, dx);
      this.go(row, column);
      if (act) press?.(...this.at, true);
      else if (press && event.shiftKey) press(...this.at, false); // a stroke by keys
      if (point) point(...this.at);
      else this.mark(...this.at, 1);
    });
  }

  /** Stand at a place, or at the edge nearest to it. */
  go(row, column) {
    const inside = (place, size) => Math.min(Math.max(place, 0), size - 1);
    this.at = [inside(row, this.rows), inside(column, this.columns)];
  }

  /** Take the focus from a raster beside this one, at the edge that faces it. */
  enter(row, step) {
    this.go(row, step > 0 ? 0 : this.columns);
    this.box.focus();
    this.point(...this.at);
  }
}

/** Rasters in a row are one stop of the Tab key: an arrow leads over the edge into the next one. */
const rasterRow = (rasters) => {
  rasters.forEach((raster, i) => {
    raster.beside = (step) => rasters[i + step];
    raster.box.tabIndex = i ? -1 : 0;
    raster.box.addEventListener("focus", () => rasters.forEach((each) => (each.box.tabIndex = each === raster ? 0 : -1)));
  });
  return make("div", { class: "lab-maps" }, ...rasters.map(({ box }) => box));
};

/** A drawing, side × side, with a stroke of a round pen from one place to another. */
const stroke = (drawing, side, radius, from, to) => {
  const inked = Float32Array.from(drawing);
  const steps = Math.max(1, ...from.map((place, i) => Math.abs(place - to[i])));
  for (let step = 0; step <= steps; step++) {
    const [row, column] = from.map((place, i) => place + ((to[i] - place) * step) / steps);
    for (let i = 0; i < side * side; i++) {
      if (Math.hypot(Math.floor(i / side) - row, (i % side) - column) < radius) inked[i] = 1;
    }
  }
  return inked;
};

/** A pad to draw on; past.state.drawing is what is drawn, a stroke is one step. */
const drawingPad = (side, radius, what, past) => {
  let last;
  return new Raster(side, side, {
    label: `Pad. Draw ${what} with the pointer; or move with the arrow keys: Space makes a dot, Shift with an arrow a stroke.`,
    press: (row, column, first) => {
      const from = first || !last ? [row, column] : last;
      last = [row, column];
      past.change({ drawing: stroke(past.state.drawing, side, radius, from, last) }, !first);
    },
  });
};

/** Bars for shares between 0 and 1, one above the other; the largest stands out. */
const bars = (labels, label) => {
  const rows = labels.map((text) => {
    const output = readout();
    return make("div", { class: "lab-bar" }, make("span", {}, text), make("i"), output);
  });
  const box = make("div", { class: "lab-bars", role: "group", "aria-label": label }, ...rows);
  box.show = (shares) => {
    const most = Math.max(...shares);
    rows.forEach((each, i) => {
      each.style.setProperty("--share", shares[i]);
      each.classList.toggle("most", shares[i] === most);
      each.lastChild.textContent = told(shares[i]);
    });
  };
  return box;
};

/** Buttons for the samples, by their names. */
const samples = (lab, take) =>
  row(make("span", {}, "Begin with:"), ...Object.keys(lab.samples).map((name) => button(name, () => take(name))));

/** What stands under a small title. */
const part = (title, ...children) =>
  make("div", { class: "lab-part" }, make("div", { class: "lab-title" }, title), ...children);
