// Words that look at each other by queries and keys which the reader may change. The function takes
// queries and keys (words × size) and gives `weights` (words × words) and `told` (words × parts),
// what each word receives. Option: the `mask`. Of lab.more: `words`, the `first` of them to be chosen,
// the names of the `parts`, and of the `sizes`.

views.five = (lab) => {
  const { words, parts, sizes } = lab.more;
  const size = sizes.length;

  /** A field for each number of the chosen word's query or key. */
  const fields = (which) => sizes.map((name, i) =>
    field(lab, `${which}, ${name}`, (number) => {
      const { word, ...state } = past.state;
      const changed = Float32Array.from(state[which]);
      changed[words.indexOf(word) * size + i] = number;
      past.change({ [which]: changed }, joined === `${which} ${word} ${i}`);
      joined = `${which} ${word} ${i}`; // the digits of a number are one step
    }));
  let joined;
  const inputs = { query: fields("query"), key: fields("key") };
  const entry = make("table", { class: "lab-numbers" },
    make("tr", {}, make("td"), ...sizes.map((name) => make("th", { scope: "col" }, name))),
    ...Object.entries(inputs).map(([which, all]) =>
      make("tr", {}, make("th", { scope: "row" }, which), ...all.map((each) => make("td", {}, each)))));

  const head = (name, from) => make("th", { scope: "col", class: from ? "from" : "" }, name);
  const rows = words.map((word) => {
    const cells = [...words, ...parts].map((_, j) => make("td", { class: j === words.length ? "from" : "" }));
    return make("tr", { on: { click: () => choose(word) } }, make("th", { scope: "row" }, word), ...cells);
  });
  const table = make("table", { class: "lab-five" },
    make("tr", {}, make("td"), ...words.map((word) => head(word)),
      ...parts.map((name, i) => head(name, i === 0))),
    ...rows);

  const show = soon(({ query, key, word, mask }) => {
    asking.at = word;
    blocking.at = mask;
    const place = words.indexOf(word);
    Object.entries({ query, key }).forEach(([which, numbers]) =>
      inputs[which].forEach((input, i) => (input.at = numbers[place * size + i])));
    const { weights, told: received } = lab.run([query, key], { mask });
    const row = (x, i) => [...x.flat.subarray(i * x.shape[1], (i + 1) * x.shape[1])];
    rows.forEach((each, i) => {
      each.classList.toggle("now", i === place);
      [...row(weights, i), ...row(received, i)].forEach((number, j) => {
        const cell = each.cells[j + 1];
        cell.textContent = Number.isNaN(number) ? "–" : told(number);
        cell.style.setProperty("--share", Math.min(Math.max(number || 0, 0), 1));
      });
    });
    const lost = words.filter((_, i) => row(weights, i).some(Number.isNaN));
    lab.warn(lost.length
      ? `Scores too large for float32: softmax of ${lost.map((name) => `“${name}”`).join(", ")} is ∞ − ∞.`
      : "");
    const given = row(weights, place);
    const best = given.indexOf(Math.max(...given));
    lab.say(lost.includes(word)
      ? `“${word}” has no weights now: make its numbers smaller.`
      : `“${word}” gives ${told(given[best])} of its weight to “${words[best]}” and receives ` +
        row(received, place).map((number, i) => `${parts[i]} ${told(number)}`).join(", ") +
        `; mask: ${mask}.`);
  });

  const choose = (word) => {
    lab.warn();
    past.change({ word });
  };
  const take = (name) => {
    lab.warn();
    const [query, key] = lab.samples[name].map((numbers) => Float32Array.from(numbers));
    past.change({ query, key });
  };
  const asking = choice("Word:", words, choose);
  const blocking = choice("Mask:", lab.options.mask, (mask) => past.change({ mask }));
  const [query, key] = Object.values(lab.samples)[0].map((numbers) => Float32Array.from(numbers));
  const past = new Past({ query, key, word: lab.more.first, ...lab.firstOptions }, show);
  lab.room.append(row(samples(lab, take), past.undo), asking, entry, blocking,
    part("weights (a row for each word that asks), and what it receives", table));
  return ({ sample, ...options }) => {
    if (sample) take(sample);
    past.change(options);
  };
};
