// The page of the search: MiniSearch ranks the records of searchindex.js, while one types.
//
// A word is found by its stem, by its beginning, and, where nothing else is, with a letter
// wrong. Chinese has no spaces: a text counts as its characters and its pairs of them, and
// traditional characters count as the simplified ones.

const { pages, characters } = window.searchIndex;
const SHOWN = 40;
const FEW = 5; // results; with fewer, other ways are tried
const WAYS = [["AND", false], ["AND", true], ["OR", false]]; // all words or some, letters wrong or not
const QUOTED = 240; // characters
const WEIGHTS = { Chapter: 1.5, Section: 1.2, Term: 1.5, Exercise: 0.7, Explorer: 0.9, Reference: 0.5 };
const ORDER = ["Chapter", "Page", "Section", "Term"]; // among those that are called like the query
const CODE = ["Function", "Class", "Method"];

const chinese = /^\p{Script=Han}/u;
const asking = new Set(["what", "how", "why", "when", "which", "do", "does", "can", "vs", "versus"]);
const stemmer = new Stemmer();

const words = (text) => {
  const plain = text.normalize("NFKD").replace(/\p{M}|['’]s\b/gu, "").toLowerCase();
  const simplified = plain.replace(/\p{Script=Han}/gu, (character) => characters[character] ?? character);
  return simplified.match(/\p{Script=Han}+|(?:(?!\p{Script=Han})[\p{L}\p{N}_])+/gu) ?? [];
};
const pairsOf = (word) => Array.from({ length: word.length - 1 }, (_, i) => word.slice(i, i + 2));
const forms = (word) => [...new Set([word, stemmer.stemWord(word), ...word.split("_")])].filter(Boolean);

const termsOfText = (text) =>
  words(text).flatMap((word) => {
    if (chinese.test(word)) return [...word, ...pairsOf(word)];
    return stopWords.has(word) ? [] : forms(word);
  });

// Each word of a query is a list of its forms, one of which has to be there.
const termsOfQuery = (text) => {
  const terms = words(text).flatMap((word) => {
    if (chinese.test(word)) return word.length > 1 ? pairsOf(word).map((pair) => [pair]) : [[word]];
    return [[...new Set([word, stemmer.stemWord(word)])]];
  });
  const telling = terms.filter(([word]) => !stopWords.has(word) && !asking.has(word));
  return telling.length ? telling : terms;
};
const called = (text) =>
  words(text).filter((word) => !["a", "an", "the"].includes(word)).map(stemmer.stemWord).join(" ");

const records = Object.values(pages).flatMap(({ address, records }) =>
  records.map(([kind, title, place, text, names]) => ({
    kind,
    title,
    address: place.startsWith("#") || !place ? address + place : place,
    text,
    names: names.join(" · "),
    called: new Set([title, ...(kind === "Term" ? names : [])].map(called)),
  })),
);
records.forEach((record, id) => (record.id = id));
const pageOf = new Map(
  Object.values(pages).map(({ address, records: [page] }) => [address, page]),
);

const engine = new MiniSearch({
  fields: ["title", "names", "text"],
  tokenize: termsOfText,
  processTerm: (term) => term,
  searchOptions: {
    tokenize: (term) => [term],
    boost: { title: 4, names: 3 },
    boostDocument: (id) => WEIGHTS[records[id].kind.split(" ")[0]] ?? 1,
    weights: { prefix: 0.3, fuzzy: 0.2 },
  },
});

let filling;
/** Fill the engine, at the first query; some records at a time, so that the page can answer. */
const filled = () => (filling ??= engine.addAllAsync(records, { chunkSize: 25 }));

const latin = (term) => !chinese.test(term);
const look = (terms, combineWith, fuzzy) =>
  engine.search({
    combineWith,
    queries: terms.map((forms) => ({
      combineWith: "OR",
      queries: forms,
      prefix: (term) => latin(term) && term.length > 2,
      fuzzy: (term) => fuzzy && latin(term) && term.length > 4 && 0.2,
    })),
  });

/**
 * Return the records that a query finds, best first, with the terms that were `found` in each.
 *
 * Where few have all words, those follow that have them with a letter wrong, then those that have
 * some of them. What is called like the query comes before all others.
 */
const find = (query) => {
  const terms = termsOfQuery(query);
  const results = new Map();
  WAYS.forEach(([combineWith, fuzzy], way) => {
    if (!terms.length || results.size >= FEW) return;
    for (const { id, terms: found, score } of look(terms, combineWith, fuzzy)) {
      if (!results.has(id)) results.set(id, { ...records[id], found: new Set(found), way, score });
    }
  });
  const name = called(query);
  const isCode = /[\d_]/.test(query); // else a word, which functions are called by as well
  const rank = ({ kind, called }) => {
    if (!called.has(name) || (CODE.includes(kind) && !isCode)) return ORDER.length + 1;
    const place = ORDER.indexOf(kind.split(" ")[0]);
    return place < 0 ? ORDER.length : place;
  };
  return [...results.values()].sort(
    (a, b) => rank(a) - rank(b) || a.way - b.way || b.score - a.score,
  );
};

const element = (tag, className, ...content) => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...content);
  return made;
};

/** Return pieces of a text, the Chinese ones marked so. */
const spoken = (text) =>
  text.split(/(\p{Script=Han}+)/u).map((piece, i) =>
    i % 2 ? Object.assign(element("span", "", piece), { lang: "zh" }) : piece);

// Pieces of a text, those that were found marked.
const marked = (text, found) =>
  text.split(/((?:(?!\p{Script=Han})[\p{L}\p{N}_])+|\p{Script=Han}+)/u).map((piece) => {
    const terms = termsOfText(piece);
    const hit = terms.some((term) => found.has(term) && (term.length > 1 || terms.length === 1));
    return hit ? element("mark", "", ...spoken(piece)) : piece;
  });

/** Return what is quoted: about the first place with what was found; of a term what it means. */
const quoted = ({ kind, text, found }) => {
  const pieces = marked(text, found);
  const first = kind === "Term" ? 0 : pieces.findIndex((piece) => typeof piece !== "string");
  const place = pieces.slice(0, Math.max(first, 0)).reduce((sum, piece) => sum + piece.length, 0);
  if (text.length <= QUOTED) return pieces;
  const start = place < QUOTED / 2 ? 0 : text.indexOf(" ", place - QUOTED / 3) + 1;
  const space = text.lastIndexOf(" ", start + QUOTED);
  const end = text.length <= start + QUOTED ? text.length : space > place ? space : start + QUOTED;
  const cut = marked(text.slice(start, end), found);
  return [start ? "… " : "", ...cut, end < text.length ? " …" : ""];
};

const item = (result) => {
  const link = element("a", "", ...spoken(result.title));
  link.href = result.address;
  const title = element("p", "", link, " ", element("span", "search-kind", result.kind));
  const made = element("li", "", title);
  const page = pageOf.get(result.address.split("#")[0]);
  if (page && result.address.includes("#")) {
    const [kind, name] = page;
    made.append(element("p", "search-page-name", kind === "Page" ? name : `${kind}: ${name}`));
  }
  const text = quoted(result);
  const pieces = text.flatMap((piece) => (typeof piece === "string" ? spoken(piece) : piece));
  if (text.length) made.append(element("p", "search-quote", ...pieces));
  return made;
};

const queryField = document.querySelector(".search-page input");
const list = document.querySelector("ol.search");
const summary = document.querySelector(".search-summary");

const show = async () => {
  const query = queryField.value.trim();
  if (query) await filled();
  if (query !== queryField.value.trim()) return; // the next one is on its way
  const results = query ? find(query) : [];
  list.replaceChildren(...results.slice(0, SHOWN).map(item));
  const shown = results.length > SHOWN ? `, the first ${SHOWN} shown` : "";
  const places = results.length === 1 ? "1 place" : `${results.length} places`;
  const none = "No place has these words. The glossary names the terms of the book.";
  summary.textContent = !query ? "" : results.length ? `${places}${shown}.` : none;
};

queryField.value = new URLSearchParams(location.search).get("q") ?? "";
queryField.addEventListener("input", () => {
  show();
  history.replaceState(null, "", queryField.value ? `?q=${encodeURIComponent(queryField.value)}` : location.pathname);
});
queryField.form.addEventListener("submit", (event) => event.preventDefault());
show();
