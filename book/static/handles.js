// Handles in the drawings of explorers (code/textbook/lesson/handles.py): parts that set controls
// or reveal other parts, and axes along which the reader drags. explorer.js says when a drawing has
// changed, and does what is asked of it.

const TOUCHED = 6; // pixels sideways that make a touch a drag

const PARTS = "[data-sets], [data-reveals]"; // of a drawing, which can be touched

class Handles {
  /** frame holds the drawing; set(wanted) moves controls by name, done() ends a move. */
  constructor(frame, says, controls, set, done) {
    Object.assign(this, { frame, says, controls, set, done });
    this.follow();
    this.prepare();
  }

  /** Find the parts of the drawing; one of them is a stop of the Tab key. */
  prepare(current = 0) {
    this.parts = [...this.frame.querySelectorAll(PARTS)];
    this.strips = [...this.frame.querySelectorAll("[data-x], [data-y], [data-angle]")];
    this.parts.forEach((part, i) => {
      part.setAttribute("role", part.dataset.sets ? "button" : "img");
      part.setAttribute("aria-label", this.named(part));
      part.setAttribute("tabindex", i === current ? 0 : -1);
    });
  }

  /** Let another drawing come into the frame; who is on a part stays on its like. */
  redraw(draw) {
    const focused = this.parts.indexOf(document.activeElement);
    draw();
    this.prepare(Math.max(focused, 0));
    this.point(this.parts[focused]);
    this.parts[focused]?.focus({ preventScroll: true });
  }

  /** Return in words what a part sets, which it is, what it says, nothing twice; first its own words. */
  named({ dataset: { sets, reveals, says }, textContent }) {
    const set = pairs(sets ?? "").flatMap(([name, value]) => {
      const control = this.controls.find((each) => each.name === name);
      return control ? `${control.label} ${control.shown[control.values.indexOf(value)]}` : [];
    });
    const words = textContent.trim();
    const all = [set.join(", "), reveals ?? "", says ?? ""];
    const begins = (text, beginning) => text.toLowerCase().startsWith(beginning.toLowerCase());
    const told = all.filter((text, i) => !all.slice(i + 1).some((later) => begins(later, text)));
    const name = told.filter(Boolean).join(": ");
    return name.includes(words) ? name : `${words}: ${name}`;
  }

  /** Return the part at a place of the window; of several, the one whose middle is nearest. */
  partAt({ clientX, clientY }) {
    const far = (part) => {
      const { left, right, top, bottom } = part.getBoundingClientRect();
      return Math.hypot((left + right) / 2 - clientX, (top + bottom) / 2 - clientY);
    };
    const under = document.elementsFromPoint(clientX, clientY).map((each) => each.closest(PARTS));
    const found = under.filter((part) => this.parts.includes(part));
    return found.reduce((near, part) => (far(part) < far(near) ? part : near), found[0]);
  }

  follow() {
    const on = (name, act) => this.frame.addEventListener(name, act);
    on("pointermove", (event) => {
      if (this.dragged) return this.drag(event);
      this.point(this.partAt(event));
      const { x, y, angle } = this.stripAt(event)?.dataset ?? {};
      const cursor = angle || (x && y) ? "crosshair" : x ? "ew-resize" : y ? "ns-resize" : "";
      this.frame.style.cursor = cursor;
    });
    on("pointerleave", () => this.dragged || this.point(document.activeElement.closest("[data-reveals]")));
    on("focusin", ({ target }) => this.point(target.closest(PARTS)));
    on("focusout", () => this.point(null));
    // A screen reader's click has no place, only a part.
    on("click", (event) => this.choose(this.partAt(event) ?? event.target.closest(PARTS)));
    on("keydown", (event) => this.walk(event));
    on("pointerdown", (event) => {
      const number = this.strips.indexOf(this.stripAt(event));
      const part = this.partAt(event);
      if (event.button || number < 0 || part?.dataset.sets) return;
      const waits = event.pointerType !== "mouse"; // it may be about to scroll
      this.dragged = { number, part, from: event.clientX, waits };
      this.frame.setPointerCapture(event.pointerId);
      if (!waits) this.drag(event);
    });
    on("pointerup", (event) => {
      if (!this.dragged) return;
      const { waits, part } = this.dragged;
      this.dragged.waits = false;
      if (!waits || !part) this.drag(event); // a tap on a part points at it
      this.dragged = undefined;
      this.done();
    });
    on("pointercancel", () => (this.dragged = undefined));
  }

  stripAt({ clientX, clientY }) {
    return this.strips.findLast((strip) => {
      const { left, right, top, bottom } = strip.getBoundingClientRect();
      return left <= clientX && clientX <= right && top <= clientY && clientY <= bottom;
    });
  }

  /** Let the sliders of the axes that are dragged follow the pointer. */
  drag({ clientX, clientY }) {
    const { number, from, waits } = this.dragged;
    if (waits && Math.abs(clientX - from) < TOUCHED) return;
    this.dragged.waits = false;
    const strip = this.strips[number];
    const { left, top, width, height } = strip.getBoundingClientRect();
    const share = { x: (clientX - left) / width, y: 1 - (clientY - top) / height };
    const wanted = {};
    for (const control of this.controls) {
      for (const axis of ["x", "y"]) {
        if (strip.dataset[axis] !== control.name) continue;
        const place = control.nearest(share[axis], strip.dataset[`${axis}Axis`].split(" "));
        wanted[control.name] = control.values[place];
      }
      if (strip.dataset.angle === control.name) {
        const angle = Math.atan2((share.y - 0.5) * height, (share.x - 0.5) * width);
        wanted[control.name] = control.values[control.turned((angle * 180) / Math.PI)];
      }
    }
    this.set(wanted);
  }

  /** Show what a part reveals, and nothing else. */
  point(part) {
    const name = part?.dataset.reveals;
    for (const other of this.frame.querySelectorAll("[data-revealed]")) {
      other.classList.toggle("seen", other.dataset.revealed.split(";").includes(name));
    }
    for (const each of this.parts) each.classList.toggle("pointed", each === part);
    if (this.says) this.says.textContent = part?.dataset.says ?? "";
  }

  /** Set what a part says. */
  choose(part) {
    if (!part?.dataset.sets) return;
    this.set(Object.fromEntries(pairs(part.dataset.sets)));
    this.done();
  }

  /** From part to part by the arrow keys; Enter and the space bar choose. */
  walk(event) {
    const here = this.parts.indexOf(document.activeElement);
    if (here < 0) return;
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const ends = { Home: 0, End: this.parts.length - 1 };
    const next = this.parts[by ? here + by : ends[event.key]];
    if (event.key === "Enter" || event.key === " ") this.choose(this.parts[here]);
    else if (!by && !(event.key in ends)) return;
    event.preventDefault();
    if (!next) return;
    this.parts[here].setAttribute("tabindex", -1);
    next.setAttribute("tabindex", 0);
    next.focus();
  }
}
