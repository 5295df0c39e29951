// Explorers on the static page. Every state was drawn when the book was built
// (book/extensions/explorers.py); this script shows the one that the controls stand at.
// Controls are moved by themselves, by handles in the drawings (code/textbook/lesson/handles.py),
// by buttons in the text, by playing, and by the address of the page.

// The pictures of an explorer are in a script of their own, asked for when the page is there and
// the reader at most a screen away.
const addresses = JSON.parse(document.currentScript.dataset.frames);
const loaded = new Promise((done) => addEventListener("load", done));
const near = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting) explorers.get(target.id).ask();
  }
}, { rootMargin: "100% 0px" });

const picturesOf = async (name) => {
  await loaded;
  await loadScript(addresses[name]);
  return window.explorerFrames[name];
};

const PLAYED = 700; // milliseconds that a step is seen

const decode = (text) => {
  try {
    return decodeURIComponent(text);
  } catch {
    return ""; // not one of our addresses
  }
};

/** A slider or a group of radio buttons, which stands `at` one of its values. */
class Control {
  constructor(box) {
    this.box = box;
    this.name = box.dataset.name;
    this.start = Number(box.dataset.start);
    this.values = JSON.parse(box.dataset.values);
    this.shown = JSON.parse(box.dataset.shown);
    this.label = box.firstElementChild.textContent;
    this.range = box.querySelector("input[type=range]");
    this.inputs = [...box.querySelectorAll("input")];
    const numbers = this.values.map(Number);
    this.numbers = numbers.some(Number.isNaN) ? [...numbers.keys()] : numbers;
  }

  get at() {
    return this.range ? Number(this.range.value) : this.inputs.findIndex((radio) => radio.checked);
  }

  set at(place) {
    if (this.range) this.range.value = place;
    else this.inputs[place].checked = true;
  }

  get last() {
    return this.values.length - 1;
  }

  /** Say in the page what it stands at; return it in words. */
  tell() {
    const text = this.shown[this.at];
    if (this.range) {
      this.range.setAttribute("aria-valuetext", text);
      this.box.querySelector("output").textContent = text;
    }
    for (const button of this.box.querySelectorAll("[data-by]")) {
      const end = button.dataset.by < 0 ? 0 : this.last;
      button.setAttribute("aria-disabled", this.at === end);
    }
    return `${this.label} ${text}`;
  }

  /** Return the place of the value nearest to `share` of the way along an axis. */
  nearest(share, [low, high, scale]) {
    // On a logarithmic axis what is below its end, such as 0, stands at that end.
    const end = Math.min(low, high);
    const put = scale === "log" ? (value) => Math.log(Math.max(value, end)) : Number;
    const far = (value) => Math.abs((put(value) - put(low)) / (put(high) - put(low)) - share);
    return this.closest(far);
  }

  /** Return the place of the value nearest to an angle in degrees. */
  turned(angle) {
    return this.closest((value) => Math.abs(((value - angle + 540) % 360 + 360) % 360 - 180));
  }

  closest(far) {
    const distances = this.numbers.map(far);
    return distances.indexOf(Math.min(...distances));
  }
}

class Explorer {
  constructor(figure) {
    this.figure = figure;
    this.controls = [...figure.querySelectorAll(".explorer-control")].map((box) => new Control(box));
    this.frame = figure.querySelector(".explorer-frame");
    this.caption = figure.querySelector(".explorer-result");
    this.reset = figure.querySelector(".explorer-reset");
    this.link = figure.querySelector(".explorer-link");
    this.rows = figure.querySelectorAll(".explorer-states tbody tr");
    this.pictures = undefined; // until they come
    this.missing = false;
    this.followControls();
    this.handles = new Handles(
      this.frame,
      figure.querySelector(".explorer-says > span"),
      this.controls,
      (wanted) => this.set(wanted),
      () => this.keepInAddress(),
    );
    loaded.then(() => near.observe(figure));
    addEventListener("hashchange", () => this.readAddress());
    this.readAddress();
    this.tell();
  }

  // What is shown

  /** Return the place among all states of the one where controls are `at`, or of the `start`. */
  placeOf(which) {
    // the last slider moves fastest
    return this.controls.reduce((sum, control) => sum * control.values.length + control[which], 0);
  }

  picture(place) {
    return this.pictures.frames[place].flatMap((tag) => this.pictures.tags[tag]);
  }

  get atStart() {
    return this.controls.every(({ at, start }) => at === start);
  }

  tell() {
    const words = this.controls.map((control) => control.tell());
    const state = this.controls.map(({ name, values, at }) => `${name}=${values[at]}`).join(",");
    this.figure.dataset.state = state;
    this.reset.setAttribute("aria-disabled", this.atStart);
    this.link.href = `#${this.figure.id}:${encodeURI(state)}`;
    return words;
  }

  /** Show the state: picture and caption change together, as soon as there are pictures. */
  show() {
    const words = this.tell();
    if (!this.pictures) return this.ask();
    const place = this.placeOf("at");
    this.handles.redraw(() => this.drawing.show(this.picture(place)));
    this.frame.setAttribute("aria-label", `${this.frame.dataset.description}: ${words.join(", ")}`);
    this.caption.textContent = this.rows[place].lastElementChild.textContent;
  }

  /** Ask for the pictures, once. */
  ask() {
    near.unobserve(this.figure);
    this.asked ??= picturesOf(this.figure.id).then((all) => this.receive(all), () => this.giveUp());
  }

  receive({ tags, frames }) {
    this.pictures = { tags: tags.map(piecesOf), frames };
    this.drawing = new Drawing(this.frame, this.picture(this.placeOf("start")));
    if (!this.atStart) this.show();
  }

  giveUp() {
    this.missing = true;
    this.stop();
    for (const control of this.controls) control.at = control.start;
    this.tell();
    for (const control of this.figure.querySelectorAll("input, button")) control.disabled = true;
    const line = Object.assign(document.createElement("p"), { className: "explorer-missing" });
    line.textContent =
      "The other pictures did not arrive. Reload the page to try again; below, all states stand in words.";
    this.caption.parentElement.after(line);
  }

  /** Set controls, by their names, to values; return those that moved. */
  set(wanted) {
    if (this.missing) return [];
    const before = this.controls.map(({ at }) => at);
    for (const control of this.controls) {
      const place = control.values.indexOf(wanted[control.name]);
      if (place >= 0) control.at = place;
    }
    this.show();
    return this.controls.filter(({ at }, i) => at !== before[i]);
  }

  // The address of the page

  keepInAddress() {
    try {
      history.replaceState(null, "", this.link.href);
    } catch {} // Safari takes a hundred in half a minute; a later one tells the state
  }

  readAddress() {
    const [id, state] = location.hash.slice(1).split(":");
    if (id !== this.figure.id || !state || this.missing) return;
    this.set(Object.fromEntries(pairs(decode(state))));
    document.body.classList.add("linked");
    this.figure.scrollIntoView({ behavior: "instant" });
  }

  // Sliders and buttons

  followControls() {
    for (const control of this.controls) {
      for (const input of control.inputs) {
        input.addEventListener("input", () => this.show());
        input.addEventListener("change", () => this.keepInAddress());
      }
      for (const button of control.box.querySelectorAll("[data-by]")) {
        button.addEventListener("click", () => this.step(control, Number(button.dataset.by)));
      }
      const play = control.box.querySelector(".explorer-play");
      play?.addEventListener("click", () => (this.playing ? this.stop() : this.play(control, play)));
    }
    const stop = ({ target, key }) => {
      if (key === "Escape" || !target.closest(".explorer-play")) this.stop();
    };
    for (const touch of ["pointerdown", "keydown", "wheel"]) {
      this.figure.addEventListener(touch, stop, { passive: true });
    }
    this.reset.addEventListener("click", () => {
      this.set(Object.fromEntries(this.controls.map((c) => [c.name, c.values[c.start]])));
      this.keepInAddress();
    });
    this.link.addEventListener("click", (event) => {
      event.preventDefault();
      this.keepInAddress();
      const say = (words, live) => {
        this.link.setAttribute("aria-live", live);
        this.link.textContent = words;
      };
      navigator.clipboard?.writeText(this.link.href).then(() => {
        say("Copied", "polite");
        setTimeout(say, 1500, "Copy link", "off");
      }, () => {}); // not allowed: then it stands in the address
    });
  }

  step(control, by) {
    const place = Math.min(Math.max(control.at + by, 0), control.last);
    this.set({ [control.name]: control.values[place] });
    this.keepInAddress();
  }

  play(control, button) {
    button.setAttribute("aria-pressed", true);
    this.caption.setAttribute("aria-live", "off"); // or it would be read without end
    this.step(control, control.at === control.last ? -control.last : 1);
    this.playing = setInterval(() => {
      if (control.at < control.last) this.step(control, 1);
      if (control.at === control.last) this.stop();
    }, PLAYED);
  }

  stop() {
    if (!this.playing) return;
    clearInterval(this.playing);
    this.playing = undefined;
    this.caption.setAttribute("aria-live", "polite");
    this.figure.querySelector("[aria-pressed=true]").setAttribute("aria-pressed", false);
  }
}

const figures = document.querySelectorAll("figure.explorer");
const explorers = new Map([...figures].map((figure) => [figure.id, new Explorer(figure)]));

// A button in the text sets a state where the reader is, and marks what moved.
enableTries("figure.explorer", ({ id }, wanted) => {
  const explorer = explorers.get(id);
  explorer.stop();
  for (const { box } of explorer.set(wanted)) {
    box.classList.add("moved");
    setTimeout(() => box.classList.remove("moved"), 2000);
  }
  explorer.keepInAddress();
  return explorer.frame;
});
