// The drawing in an explorer's frame. From one state to the next most of it stays as it was, so
// only what differs is put into the page: to style and lay out what is new costs far more than to
// find it. Not here: what can be touched in a drawing (handles.js).

/** Return the tags and texts of a piece of SVG, such as <g>, <path d="M0 0"/>, a word, </g>. */
const piecesOf = (svg) => svg.match(/<[^>]+>|[^<]+/g);

/** Return pieces as a tree: each its tag, or its text, with the parts that it holds. */
const treeOf = (pieces) => {
  const open = [{ parts: [] }];
  for (const tag of pieces) {
    if (tag.startsWith("</")) open.pop().end = tag;
    else {
      const part = { tag, parts: [], end: "" };
      open.at(-1).parts.push(part);
      if (tag.startsWith("<") && !tag.endsWith("/>")) open.push(part);
    }
  }
  return open[0].parts;
};

const isSame = (a, b) =>
  a.tag === b.tag && a.parts.length === b.parts.length && a.parts.every((part, i) => isSame(part, b.parts[i]));

/** Return what kind of element a part is, such as <path; "" for a text. */
const kindOf = ({ tag }) => tag.match(/^<[^\s/>]+/)?.[0] ?? "";

const svgOf = ({ tag, parts, end }) => tag + parts.map(svgOf).join("") + end;

const nodesOf = (parts) => {
  const template = document.createElement("template");
  template.innerHTML = `<svg>${parts.map(svgOf).join("")}</svg>`;
  return [...template.content.firstChild.childNodes];
};

/** Return a text as it is meant: &amp; is one sign. */
const meant = (text) => (text.includes("&") ? nodesOf([{ tag: text, parts: [], end: "" }])[0].data : text);

const XLINK = "http://www.w3.org/1999/xlink";

/** Give an element that had one tag the attributes of another, and no others. */
const retag = (element, before, now) => {
  const attributesOf = (tag) => new Map(tag.match(/[\w:-]+="[^"]*/g)?.map((pair) => pair.split('="')));
  const [old, wanted] = [attributesOf(before), attributesOf(now)];
  for (const name of element.getAttributeNames()) {
    if (!wanted.has(name)) element.removeAttribute(name);
  }
  for (const [name, value] of wanted) {
    if (old.get(name) === value) continue;
    element.setAttributeNS(name.startsWith("xlink:") ? XLINK : null, name, meant(value));
  }
};

/** Make the parts that an element holds into others. */
const change = (element, old, parts) => {
  const nodes = [...element.childNodes];
  if (nodes.length !== old.length) return element.replaceChildren(...nodesOf(parts)); // others have put something in
  const both = Math.min(old.length, parts.length);
  let last = 0; // how many at the end stay
  while (last < both && isSame(old.at(-1 - last), parts.at(-1 - last))) last++;
  for (let i = 0; i < both - last; i++) {
    if (isSame(old[i], parts[i])) continue;
    const kind = kindOf(parts[i]);
    if (kindOf(old[i]) !== kind) nodes[i].replaceWith(...nodesOf([parts[i]]));
    else if (!kind) nodes[i].data = meant(parts[i].tag);
    else {
      if (old[i].tag !== parts[i].tag) retag(nodes[i], old[i].tag, parts[i].tag);
      change(nodes[i], old[i].parts, parts[i].parts);
    }
  }
  for (const node of nodes.slice(both - last, old.length - last)) node.remove();
  const added = parts.slice(both - last, parts.length - last);
  if (added.length) for (const node of nodesOf(added)) element.insertBefore(node, nodes[old.length - last] ?? null);
};

class Drawing {
  /** frame: an element that holds a drawing, as the pieces say it. */
  constructor(frame, pieces) {
    Object.assign(this, { frame, parts: treeOf(pieces) });
  }

  /** Make it into another drawing. */
  show(pieces) {
    const parts = treeOf(pieces);
    change(this.frame, this.parts, parts);
    this.parts = parts;
  }
}
