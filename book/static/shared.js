// What several scripts of a page need.

const arriving = new Map(); // other scripts, by their addresses

/** Have a script run, once; where it doesn't arrive, the next call asks again. */
const loadScript = (address) => {
  if (!arriving.has(address)) {
    arriving.set(address, new Promise((done, failed) => {
      const script = Object.assign(document.createElement("script"), { src: address });
      script.addEventListener("load", done);
      script.addEventListener("error", () => {
        script.remove();
        arriving.delete(address);
        failed(new Error(`${address} did not arrive`));
      });
      document.head.append(script);
    }));
  }
  return arriving.get(address);
};

/** Return the names and values of a state such as "side=2,color=red". */
const pairs = (text) => text.split(",").map((pair) => pair.split("="));

/**
 * Enable the buttons in the text that set a state of a figure of a kind. `set` gets the figure and
 * the values by their names; what it returns is brought into sight if none of it is.
 */
const enableTries = (kind, set) => {
  for (const button of document.querySelectorAll("button.try")) {
    const [id, state] = button.value.split(":");
    const figure = document.getElementById(id);
    if (!figure.matches(kind)) continue;
    button.disabled = false;
    button.addEventListener("click", async () => {
      const shown = await set(figure, Object.fromEntries(pairs(state)));
      const { top, bottom } = shown.getBoundingClientRect();
      if (bottom < 0 || top > innerHeight) figure.scrollIntoView({ block: "nearest" });
    });
  }
};
