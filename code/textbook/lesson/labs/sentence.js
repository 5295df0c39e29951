// A sentence that the reader types, the tag of each word, and which words it looks at. The function takes
// the numbers of the words, 0 after the last, and gives `tags` (room × tags) and `weights`
// (blocks × heads × room × room). Option: the `network`. `words` and `tags` of lab.more are their
// names; word 0 is none.

views.sentence = (lab) => {
  const { words, tags } = lab.more;
  const known = new Map(words.slice(1).map((word, i) => [word.toLowerCase(), i + 1]));
  const room = Object.values(lab.samples)[0][0].length;
  let asked; // the place of the word whose looks are shown; none: the last
  let numbers;
  let found;

  /** The words of a text, and those of them that the network doesn't know. */
  const read = (text) => {
    const all = text.toLowerCase().split(/[\s.,;:!?"“”]+/u).filter(Boolean);
    const [right, wrong] = [all.filter((word) => known.has(word)), all.filter((word) => !known.has(word))];
    numbers = right.slice(0, room).map((word) => known.get(word));
    const names = wrong.slice(0, 3).map((word) =>
      `“\u2068${[...word.slice(0, 20)].slice(0, 10).join("")}\u2069”`);
    lab.warn([
      wrong.length && `The network doesn't know ${names.join(", ")}${wrong.length > 3 ? " and others" : ""}.`,
      right.length > room && `It reads the first ${room} of your ${right.length} words.`,
    ].filter(Boolean).join(" "));
  };

  const text = make("input", {
    class: "lab-text", "aria-label": "Your sentence", autocomplete: "off", autocapitalize: "off",
    on: { input: () => type() },
  });
  const table = make("table", { class: "lab-looks" });
  const maps = make("div", { class: "lab-squares" });

  const put = (words, joined) => {
    asked = undefined;
    past.change({ text: words }, joined);
  };

  /** Letters of one word are one step. */
  const type = () => {
    const [now, before] = [text.value, past.state.text].map((each) => each.match(/\S+/g)?.length);
    put(text.value, past.states.length > 1 && now === before);
  };

  const show = soon((state) => {
    if (text.value !== state.text) text.value = state.text;
    network.at = state.network;
    read(state.text);
    const given = new Float64Array(room);
    given.set(numbers);
    found = lab.run([given], { network: state.network });
    draw();
    point(asked in numbers ? asked : numbers.length - 1);
  });

  /** The names of the heads, and for each the weights of the words as rows. */
  const heads = () => {
    const [blocks, count] = found.weights.shape;
    return Array.from({ length: blocks * count }, (_, head) => ({
      name: `block ${Math.floor(head / count) + 1}, head ${(head % count) + 1}`,
      rows: numbers.map((_, i) =>
        found.weights.flat.subarray((head * room + i) * room).slice(0, numbers.length)),
    }));
  };

  /** The most probable tag of a word, and how probable it is. */
  const tagOf = (place) => {
    const chances = [...found.tags.flat.subarray(place * tags.length, (place + 1) * tags.length)];
    const most = Math.max(...chances);
    return [tags[chances.indexOf(most)], most];
  };

  /** Build the table and the squares. */
  const draw = () => {
    const line = (name, content) => make("tr", {}, make("th", { scope: "row" }, name),
      ...numbers.map((_, i) => make("td", {}, content(i))));
    const word = (i) => make("button", {
      type: "button",
      on: Object.fromEntries(["pointerenter", "focus", "click"].map((event) => [event, () => point(i)])),
    }, words[numbers[i]]);
    table.replaceChildren(
      line("word", word),
      line("tag", (i) => tagOf(i)[0]),
      ...heads().map(({ name }) => line(name, () => "")),
    );
    maps.replaceChildren(...heads().map(({ name, rows }) => {
      const map = new Raster(Math.max(rows.length, 1), Math.max(rows.length, 1), {
        label: `Weights of ${name}: a row for each word that looks. Arrow keys choose.`,
        point: (i, j) => {
          map.mark(i, j, i === undefined ? 0 : 1);
          if (!rows[i]) return;
          point(i, `${name}: “${words[numbers[i]]}” gives “${words[numbers[j]]}” ${told(rows[i][j])}`);
        },
      });
      map.draw(rows.flatMap((row) => [...row]));
      return part(name, map.box);
    }));
  };

  /** Show which words a word looks at; say it, or something else about it. */
  const point = (place, says) => {
    asked = place;
    const lines = [...table.rows];
    lines.forEach(({ cells }) =>
      [...cells].forEach((cell, i) => cell.classList.toggle("now", i === place + 1)));
    lines[0].querySelectorAll("button").forEach((each, i) => each.setAttribute("aria-pressed", i === place));
    if (place < 0) return lab.say(`Type a sentence of these words: ${words.slice(1).join(", ")}.`);
    const looks = heads().map(({ name, rows }, head) => {
      [...lines[head + 2].cells].slice(1).forEach((cell, j) => {
        cell.textContent = told(rows[place][j]).replace(/^0/, ""); // narrow enough for a phone
        cell.style.setProperty("--share", rows[place][j]);
      });
      const most = Math.max(...rows[place]);
      const j = rows[place].indexOf(most);
      return `${name}: ${told(most)} to word ${j + 1}, “${words[numbers[j]]}”`;
    });
    const [tag, chance] = tagOf(place);
    const answer = `Word ${place + 1}, “${words[numbers[place]]}”: ${tag}, ${told(chance)} sure.`;
    lab.say(`${answer} ${says ?? `Most of its weight: ${looks.join("; ")}`}.`);
  };

  const take = (name) => put(lab.samples[name][0].filter(Boolean).map((number) => words[number]).join(" "));
  const network = choice("Network:", lab.options.network, (network) => past.change({ network }));
  const past = new Past({ text: "", ...lab.firstOptions }, show);
  take(Object.keys(lab.samples)[0]);
  past.states.shift(); // the sample is where undoing ends
  past.tell();
  lab.room.append(
    row(samples(lab, take), past.undo, button("Clear", () => put(""))),
    text,
    row(...words.slice(1).map((word) => button(word, () => put(`${past.state.text.trim()} ${word}`.trim())))),
    network, table, maps,
  );
  return ({ sample, ...options }) => {
    if (sample) take(sample);
    past.change(options);
  };
};
