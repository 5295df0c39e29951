// A text, its ten likeliest next letters, and in shades where a network looks from one of its letters.
// The function takes letters, by numbers, and a temperature; it gives `p` of the letter after each, and
// `weights` (block, head, from, to). Later letters have no say. Of lab.more: `kinds`, the letters in
// their order, their `signs`, and the names of `blocks` and `heads`.

views.letter = (lab) => {
  const { kinds, signs, blocks, heads } = lab.more;
  const [[{ length: WINDOW }]] = Object.values(lab.samples);
  const LONG = 2000; // more takes seconds to show
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const at = { block: blocks[0], head: heads[0] };
  let read, next, looks; // letters, and what comes of them
  let left, timer; // how many it still writes, and when the next

  const ranked = (numbers) => [...numbers.keys()].sort((a, b) => numbers[b] - numbers[a]);

  const show = soon(({ text, temperature }) => {
    const all = [...text].map((letter) => kinds.indexOf(letter)).filter((number) => number >= 0);
    read = all.slice(-WINDOW);
    const { p, weights } = lab.run([read, [temperature]]); // zeros follow
    const end = read.length * kinds.length;
    next = end ? [...p.flat.slice(end - kinds.length, end)] : [];
    looks = weights.flat;
    if (left && --left) timer = setTimeout(append, calm.matches ? 0 : 60, true);
    writer.textContent = left ? "Stop" : "Write";
    if (left && calm.matches) return; // until the end
    const kept = text.slice(-LONG);
    if (input.value !== kept) Object.assign(input, { value: kept, scrollTop: 1e6 });
    warmth.at = temperature;
    warn(text);
    const best = ranked(next);
    guesses.show([...guesses.children].map((row, i) => {
      row.firstChild.textContent = signs[best[i]] ?? "";
      return next[best[i]] ?? 0;
    }));
    strip.replaceChildren(...read.map((number) => make("span", {}, signs[number])));
    detail.setAttribute("aria-live", left ? "off" : "polite"); // or it would be read without end
    look({ place: read.length - 1 });
    if (!left) lab.say(end
      ? `It reads ${read.length} of ${all.length} letters; likeliest next: “${signs[best[0]]}”.`
      : "Nothing to read: type a letter.");
  });

  /** Name what it can't read, by code too: some is unseen. */
  const warn = (text) => {
    const strange = [...new Set(text)].filter((letter) => !kinds.includes(letter));
    const names = strange.slice(0, 5).map((letter) => `${letter} (U+${letter.codePointAt(0).toString(16)})`);
    const note = `Not in its alphabet, so not read (${strange.length}): ${names.join(", ")}. `;
    lab.warn((names[0] ? note : "") + (text.length > LONG ? `Cut to the last ${LONG} letters.` : ""));
  };

  /** Shade the letters by how much a head looks at them from a place. */
  const look = (change) => {
    const { block, head, place } = Object.assign(at, change);
    [pickBlock.at, pickHead.at] = [block, head];
    const from = ((blocks.indexOf(block) * heads.length + heads.indexOf(head)) * WINDOW + place) * WINDOW;
    const row = looks.subarray(from, from + place + 1);
    const order = ranked(row);
    [...strip.children].forEach((letter, i) => {
      letter.style.setProperty("--shade", `${(60 * (row[i] ?? 0)) / row[order[0]]}%`);
      letter.classList.toggle("from", i === place);
    });
    const most = order.slice(0, 3).map((i) => `“${signs[read[i]]}” (${i + 1}) ${told(row[i])}`);
    detail.textContent = place < 0 ? "" : `From letter ${place + 1} it looks most at ${most.join(", ")}`;
  };
  const point = (event) => {
    const place = [...strip.children].indexOf(document.elementFromPoint(event.clientX, event.clientY));
    if (strip.children[place]) look({ place });
  };
  const step = (event) => {
    const place = at.place + { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (strip.children[place]) look({ place });
  };

  /** Draw a letter by its probability, and append it. */
  const append = (joined) => {
    let drawn = Math.random();
    const number = next.findIndex((p) => (drawn -= p) < 0);
    if (read.length) past.change({ text: past.state.text + kinds.at(number) }, joined);
  };
  const write = () => {
    if (left) return stop();
    left = read.length && 200;
    append();
  };
  const stop = () => {
    clearTimeout(timer);
    left = 0;
    show(past.state);
  };
  const touched = ({ target, key }) => left && (target !== writer || key === "Escape") && stop();
  for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, touched, true);

  const input = make("textarea", {
    dir: "auto", spellcheck: false, "aria-label": "Your text",
    on: { input: () => past.change({ text: input.value }) },
  });
  const guesses = bars(Array(10).fill(""), "the next letter");
  const strip = make("div", {
    class: "lab-strip", role: "application", tabindex: 0,
    "aria-label": "What it reads. Arrow keys choose the letter that looks.",
    on: { pointerdown: point, pointermove: point, keydown: step },
  });
  const detail = make("p", { class: "lab-detail", "aria-live": "polite" });
  const pickBlock = choice("Block:", blocks, (block) => look({ block }));
  const pickHead = choice("Head:", heads, (head) => look({ head }));
  const warmth = slider("Temperature:", { min: 0.1, max: 2, step: 0.01 }, (temperature) =>
    past.change({ temperature }, true));
  const writer = button("Write", write);
  const state = ([numbers, [temperature]]) =>
    ({ text: numbers.map((number) => kinds[number]).join("").replace(/\n+$/, ""), temperature });
  const take = (name) => past.change(state(lab.samples[name]));
  const past = new Past(state(Object.values(lab.samples)[0]), show);
  lab.room.append(
    row(samples(lab, take), past.undo, button("Clear", () => past.change({ text: "" }))),
    make("div", { class: "lab-row top lab-letters" }, input, part("the next letter", guesses)),
    row(writer, button("One letter", () => append()), warmth),
    part("what it reads", strip), row(pickBlock, pickHead), detail,
  );
  return ({ sample }) => sample && take(sample);
};
