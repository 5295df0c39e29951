// Hover cards (book/extensions/cards.py): while a link to a term, an equation, a theorem or a
// reference is pointed at, or has the focus of the keyboard, a card shows what stands there. Escape
// closes it; the pointer may move onto it. A touch follows the link.

if ("popover" in HTMLElement.prototype) { // also keeps names from the page's other scripts
  const REST = 150; // milliseconds that a pointer rests on a link before its card comes
  const GRACE = 300; // milliseconds that a pointer may take from a link to its card
  const EDGE = 8; // pixels between a card and the edge of the window
  const root = new URL(document.documentElement.dataset.content_root, location);
  const hovers = matchMedia("(any-hover: hover)");

  // The room above and below the body is the card's: nothing lies between it and the link.
  const card = document.createElement("div");
  const content = document.createElement("div");
  Object.assign(card, { className: "hover-card", id: "hover-card", popover: "manual" });
  card.setAttribute("role", "tooltip");
  card.append(content);
  document.body.append(card);

  const cardsOf = (page) =>
    loadScript(new URL(`_static/cards/${page}.js`, root).href)
      .then(() => window.hoverCards[page], () => ({}));

  let wanted = null; // the link whose card is to be seen
  let shown = null; // the one whose card is
  let title = ""; // the shown link's own tooltip, which would cover the card
  let point = null; // where it was pointed at, null by keyboard
  let timer = 0;
  const after = (delay, act) => {
    clearTimeout(timer);
    timer = setTimeout(act, delay);
  };

  const hide = () => {
    clearTimeout(timer);
    wanted = null;
    if (!shown) return;
    card.hidePopover();
    shown.removeAttribute("aria-describedby");
    if (title) shown.title = title;
    shown = null;
  };

  /** Put the card below its link, or above where there is more room. */
  const place = () => {
    const lines = [...shown.getClientRects()];
    const isAt = ({ top, bottom }) => point && point.y >= top && point.y <= bottom;
    const line = lines.find(isAt) ?? lines.at(-1);
    card.style.setProperty("--room", "100vh");
    const above = line.top - EDGE;
    const below = innerHeight - line.bottom - EDGE;
    const isBelow = card.offsetHeight <= below || below >= above;
    card.style.setProperty("--room", `${isBelow ? below : above}px`);
    const { offsetWidth: width, offsetHeight: height } = card;
    const most = document.documentElement.clientWidth - EDGE - width;
    const left = Math.max(line.left, (point?.x ?? 0) - width + 2 * EDGE); // so that the pointer meets it
    card.style.left = `${Math.max(EDGE, Math.min(left, most)) + scrollX}px`;
    card.style.top = `${(isBelow ? line.bottom : line.top - height) + scrollY}px`;
  };

  const show = (link, address, html) => {
    hide();
    wanted = shown = link;
    content.innerHTML = html;
    for (const inside of content.querySelectorAll("a")) {
      inside.href = new URL(inside.getAttribute("href"), address);
    }
    // No stops of the Tab key: the page that the link leads to has them.
    const stops = content.querySelectorAll("a, div.math, .katex-display, .katex-html");
    for (const stop of [content, ...stops]) stop.tabIndex = -1;
    content.scrollTo(0, 0);
    title = link.title;
    link.removeAttribute("title");
    link.setAttribute("aria-describedby", card.id);
    card.showPopover();
    place();
  };

  const isHeld = (link) => link.matches(":hover, :focus-visible");

  const ask = (link, at) => {
    wanted = link;
    after(REST, async () => {
      if (link === shown) return;
      const page = link.pathname.slice(root.pathname.length).replace(/\.html$/, "") || "index";
      const html = (await cardsOf(page))[decodeURIComponent(link.hash.slice(1))];
      if (!html || wanted !== link || !isHeld(link)) return;
      point = at;
      show(link, link.href, html);
    });
  };

  const leave = (grace) =>
    after(grace, () => {
      if (!shown || !(isHeld(shown) || card.matches(":hover"))) hide();
    });

  document.addEventListener("pointerover", ({ target, relatedTarget, pointerType, buttons, x, y }) => {
    if (pointerType === "touch" || !hovers.matches || buttons) return;
    if (card.contains(target)) {
      clearTimeout(timer);
      wanted = shown;
      return;
    }
    const link = target.closest("a.has-card");
    if (link && !link.contains(relatedTarget)) ask(link, { x, y });
  });
  document.addEventListener("pointerout", ({ target, relatedTarget }) => {
    const left = target.closest("a.has-card, .hover-card");
    if (left && !left.contains(relatedTarget)) leave(GRACE);
  });
  document.addEventListener("focusin", ({ target }) => {
    if (target.matches("a.has-card:focus-visible") && !card.contains(target)) ask(target, null);
  });
  document.addEventListener("focusout", ({ target }) => {
    if (target === wanted) leave(0);
  });
  document.addEventListener("click", ({ target }) => {
    if (target.closest("a")) hide();
  });
  addEventListener("keydown", ({ key }) => {
    if (key === "Escape") hide();
  });
  addEventListener("scroll", () => { // a link that the Tab key reached may still glide into sight
    if (shown?.matches(":focus-visible")) place();
  });
  addEventListener("resize", hide);
  addEventListener("pagehide", hide);
}
