// Sliders on the static page. Every state of an explorer was drawn when the book was built
// (book/extensions/explorers.py); this script shows the one that the sliders stand at.

// The pictures are in a script of their own, asked for when the page is there and painted.
const { frames: address } = document.currentScript.dataset;
const arrived = new Promise((done, failed) => {
  addEventListener("load", () => {
    const script = Object.assign(document.createElement("script"), { src: address });
    script.addEventListener("load", () => done(window.explorerFrames));
    script.addEventListener("error", failed);
    document.head.append(script);
  });
});

const decode = (text) => {
  try {
    return decodeURIComponent(text);
  } catch {
    return ""; // not one of our addresses
  }
};

for (const explorer of document.querySelectorAll("figure.explorer")) {
  const sliders = [...explorer.querySelectorAll("input[type=range]")];
  const frame = explorer.querySelector(".explorer-frame");
  const caption = explorer.querySelector("figcaption");
  const reset = explorer.querySelector(".explorer-reset");
  const rows = explorer.querySelectorAll(".explorer-states tbody tr");
  const start = sliders.map((slider) => slider.defaultValue);
  const texts = sliders.map((slider) => JSON.parse(slider.dataset.values));

  const place = () => // among all states: the last slider moves fastest
    sliders.reduce((sum, slider, i) => sum * texts[i].length + Number(slider.value), 0);

  const read = () => {
    const values = sliders.map((slider, i) => {
      const value = texts[i][slider.value];
      slider.setAttribute("aria-valuetext", value);
      slider.nextElementSibling.textContent = value;
      return [slider.name, value];
    });
    explorer.dataset.state = values.map((pair) => pair.join("=")).join(",");
    return values.map(([name, value]) => `${name.replaceAll("_", " ")} ${value}`);
  };

  // Picture and caption change together, as soon as there are pictures.
  let draw = () => {};
  const show = () => draw(read());
  arrived.then(
    (all) => {
      const { tags, frames } = all[explorer.id];
      draw = (words) => {
        frame.innerHTML = frames[place()].map((tag) => tags[tag]).join("");
        frame.setAttribute("aria-label", `${frame.dataset.description}: ${words.join(", ")}`);
        caption.textContent = rows[place()].lastElementChild.textContent;
      };
      if (sliders.some((slider, i) => slider.value !== start[i])) show();
    },
    () => {
      sliders.forEach((slider, i) => (slider.value = start[i]));
      read();
      for (const control of [...sliders, reset]) control.disabled = true;
      const line = Object.assign(document.createElement("p"), { className: "explorer-missing" });
      line.textContent =
        "The other pictures did not arrive. Reload the page to try again; below, all states stand in words.";
      caption.after(line);
    },
  );

  const keepInAddress = () =>
    history.replaceState(null, "", `#${explorer.id}:${encodeURI(explorer.dataset.state)}`);

  const readAddress = () => {
    const [id, state] = location.hash.slice(1).split(":");
    if (id !== explorer.id || !state || reset.disabled) return;
    const wanted = Object.fromEntries(decode(state).split(",").map((pair) => pair.split("=")));
    sliders.forEach((slider, i) => {
      const value = texts[i].indexOf(wanted[slider.name]);
      if (value >= 0) slider.value = value;
    });
    show();
    document.body.classList.add("linked");
    explorer.scrollIntoView({ behavior: "instant" });
  };

  for (const slider of sliders) {
    slider.addEventListener("input", show);
    slider.addEventListener("change", keepInAddress);
  }
  reset.addEventListener("click", () => {
    sliders.forEach((slider, i) => (slider.value = start[i]));
    show();
    keepInAddress();
  });
  addEventListener("hashchange", readAddress);
  readAddress();
}
