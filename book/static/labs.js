// Opens the labs of a page (book/extensions/labs.py). Until then a picture of the sample stands in
// the place of each. Its scripts, graphs and weights come when it is near what the reader sees, or,
// where they are heavy, when the reader asks for them.

const labs = new Map(); // those that are open, by their names
const opening = new Map();

let queue = Promise.resolve(); // one lab after the other: all leave their data in window.labData

const open = (figure) => {
  if (opening.has(figure.id)) return opening.get(figure.id);
  const addresses = JSON.parse(figure.dataset.scripts);
  const opened = queue.then(async () => {
    for (const address of addresses) await loadScript(address);
    labs.set(figure.id, openLab(figure, window.labData));
    return labs.get(figure.id);
  });
  queue = opened.catch(() => {
    figure.querySelector("figcaption").append(" (The lab did not arrive. Reload the page to try again.)");
  });
  opening.set(figure.id, opened);
  return opened;
};

addEventListener("load", () => {
  const near = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      open(target);
    }
  }, { rootMargin: "100% 0%" });
  for (const figure of document.querySelectorAll("figure.lab")) {
    const asks = figure.querySelector(".lab-fetch");
    if (!asks) {
      near.observe(figure);
      continue;
    }
    asks.hidden = false;
    asks.addEventListener("click", async () => {
      asks.disabled = true;
      await open(figure);
      asks.remove();
      figure.querySelector("input, textarea, button, [tabindex]")?.focus();
    });
  }
});

// Buttons in the text put a lab to a state.
for (const button of document.querySelectorAll("button.try")) {
  const [id, state] = button.value.split(":");
  const figure = document.getElementById(id);
  if (!figure?.matches("figure.lab")) continue;
  button.disabled = false;
  button.addEventListener("click", async () => {
    const lab = await open(figure);
    const pairs = state.split(",").map((pair) => pair.split("="));
    lab.set(Object.fromEntries(pairs.map(([name, text]) => [name, lab.meant(name, text)])));
    const { top, bottom } = figure.getBoundingClientRect();
    if (bottom < 0 || top > innerHeight) figure.scrollIntoView({ block: "nearest" });
  });
}
