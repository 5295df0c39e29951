// Sliders on the static page. Every state of an explorer was drawn when the book was built
// (code/textbook/explore.py); this script shows the one that the sliders stand at.

const decode = (text) => {
  try {
    return decodeURIComponent(text);
  } catch {
    return ""; // not one of our addresses
  }
};

// The frames are in a script of their own, asked for when the page is there and painted.
const { frames } = document.currentScript.dataset;
const arrived = new Promise((done) => {
  if (!frames) return;
  addEventListener("load", () => {
    const script = Object.assign(document.createElement("script"), { src: frames });
    script.addEventListener("load", done);
    document.head.append(script);
  });
});

for (const explorer of document.querySelectorAll("figure.explorer")) {
  const sliders = [...explorer.querySelectorAll("input[type=range]")];
  const frame = explorer.querySelector(".explorer-frame");
  const caption = explorer.querySelector("figcaption");
  const rows = explorer.querySelectorAll(".explorer-states tbody tr");
  const start = sliders.map((slider) => slider.value);
  const texts = sliders.map((slider) => JSON.parse(slider.dataset.values));
  let shipped; // parsed when the browser is idle, or at the first move
  const unpack = () => (shipped ??= JSON.parse(explorer.querySelector("script").textContent));

  const show = () => {
    let state = 0;
    const values = sliders.map((slider, i) => {
      const value = texts[i][slider.value];
      state = state * texts[i].length + Number(slider.value);
      slider.setAttribute("aria-valuetext", value);
      slider.nextElementSibling.textContent = value;
      return [slider.name, value];
    });
    explorer.dataset.state = values.map((pair) => pair.join("=")).join(",");
    const words = values.map(([name, value]) => `${name.replaceAll("_", " ")} ${value}`);
    arrived.then(() => {
      const { frames, tags } = unpack();
      frame.innerHTML = frames[state].map((tag) => tags[tag]).join("");
      frame.setAttribute("aria-label", `${frame.dataset.description}: ${words.join(", ")}`);
    });
    caption.textContent = rows[state].lastElementChild.textContent;
  };

  const keepInAddress = () =>
    history.replaceState(null, "", `#${explorer.id}:${encodeURI(explorer.dataset.state)}`);

  const readAddress = () => {
    const [id, state] = location.hash.slice(1).split(":");
    if (id !== explorer.id || !state) return;
    const wanted = Object.fromEntries(decode(state).split(",").map((pair) => pair.split("=")));
    sliders.forEach((slider, i) => {
      const place = texts[i].indexOf(wanted[slider.name]);
      if (place >= 0) slider.value = place;
    });
    show();
    document.body.classList.add("linked");
    explorer.scrollIntoView({ behavior: "instant" });
  };

  for (const slider of sliders) {
    slider.addEventListener("input", show);
    slider.addEventListener("change", keepInAddress);
  }
  explorer.querySelector(".explorer-reset").addEventListener("click", () => {
    sliders.forEach((slider, i) => (slider.value = start[i]));
    show();
    keepInAddress();
  });
  addEventListener("hashchange", readAddress);
  readAddress();
  arrived.then(() => (window.requestIdleCallback ?? setTimeout)(unpack));
}
