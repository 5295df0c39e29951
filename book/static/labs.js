// Opens the labs of a page (book/extensions/labs.py). Until then a picture of the sample stands in
// the place of each. Its scripts, graphs and weights come when it is near what the reader sees, or,
// where they are heavy, when the reader asks for them.

const labs = new Map(); // those that are open, by their names
const opening = new Map();

let queue = Promise.resolve(); // one lab after the other: all leave their data in window.labData

/** Open a lab; return it, or undefined where it doesn't arrive. */
const open = (figure) => {
  if (opening.has(figure.id)) return opening.get(figure.id);
  const addresses = JSON.parse(figure.dataset.scripts);
  queue = queue.then(async () => {
    for (const address of addresses) await loadScript(address);
    labs.set(figure.id, openLab(figure, window.labData));
    figure.querySelector(".lab-fetch")?.remove();
    return labs.get(figure.id);
  }).catch((error) => {
    console.error(error); // for who writes a view
    figure.querySelector("figcaption").append(" (The lab did not arrive. Reload the page to try again.)");
  });
  opening.set(figure.id, queue);
  return queue;
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
      if (await open(figure)) figure.querySelector("input, textarea, button, [tabindex]")?.focus();
    });
  }
});

enableTries("figure.lab", async (figure, wanted) => {
  const lab = await open(figure);
  if (lab) {
    const meant = Object.entries(wanted).map(([name, text]) => [name, lab.meant(name, text)]);
    lab.set(Object.fromEntries(meant));
  }
  return figure;
});
