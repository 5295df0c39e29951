// What every page does: drawers, folded boxes and wide boxes for keyboards and screen readers, the
// chapter in sight in the contents, the section in sight among the page's own.

// Furo's drawers open by labels of hidden checkboxes, which no key reaches:
// https://github.com/pradyunsg/furo/blob/2025.12.19/src/furo/theme/furo/page.html
const DRAWERS = [
  ["__navigation", ".sidebar-drawer", "Chapters"],
  ["__toc", ".toc-drawer", "On this page"],
];

for (const [id, selector, name] of DRAWERS) {
  const toggle = document.getElementById(id);
  const drawer = document.querySelector(selector);
  const buttons = [...document.querySelectorAll(`label[for=${id}]:not(.overlay)`)].map((label) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = label.className;
    button.setAttribute("aria-label", name);
    button.append(...label.childNodes);
    label.replaceWith(button);
    button.addEventListener("click", () => {
      toggle.checked = !toggle.checked;
      toggle.dispatchEvent(new Event("change"));
      if (!toggle.checked) return;
      [...drawer.querySelectorAll("a, input")].find((each) => each.checkVisibility())?.focus();
    });
    return button;
  });
  const say = () => buttons.forEach((button) => button.setAttribute("aria-expanded", toggle.checked));
  toggle.addEventListener("change", say);
  say();
  const close = () => {
    toggle.checked = false;
    say();
  };
  addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !toggle.checked) return;
    close();
    buttons.find((button) => button.offsetParent)?.focus();
  });
  // What lies under an open drawer must not have the focus.
  addEventListener("focusin", ({ target }) => {
    if (toggle.checked && !drawer.contains(target) && !buttons.includes(target)) close();
  });
}

const contents = document.querySelector(".sidebar-scroll");
const current = contents?.querySelector(".current-page");
current?.querySelector("a").setAttribute("aria-current", "page");
// After the styles have come, since nothing scrolls before; instantly, where Furo's would let it glide.
addEventListener("load", () => {
  if (!current) return;
  const top = current.offsetTop - contents.clientHeight / 2;
  contents.scrollTo({ top, behavior: "instant" });
});

// What is wider than its box scrolls, and is reached by keyboard only as a stop of the Tab key.
const boxes = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth) target.setAttribute("tabindex", 0);
    else target.removeAttribute("tabindex");
  }
});
for (const box of document.querySelectorAll("pre, div.math, .katex-display, .table-wrapper")) {
  boxes.observe(box);
}

// The buttons of folded boxes all have one name, which tells nobody what they fold:
// https://github.com/executablebooks/sphinx-togglebutton/blob/v0.4.5/sphinx_togglebutton/_static/togglebutton.js
for (const title of document.querySelectorAll(".toggle > .admonition-title")) {
  title.querySelector(".toggle-button").setAttribute("aria-label", title.textContent.trim());
}

// A link into the page finds all of it laid out (book.css: a page that was opened so is already).
const layOut = () => document.body.classList.add("linked");
addEventListener("click", ({ target }) => {
  const link = target.closest("a");
  if (link?.hash && link.pathname === location.pathname) layOut();
}, { capture: true });
addEventListener("popstate", layOut);

// The section in sight is the innermost that crosses a line in the upper part of the window.
const marks = new Map([...document.querySelectorAll(".toc-tree a")].flatMap((link) => {
  const section = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  return section ? [[section, link.closest("li")]] : [];
}));
const crossing = new Set();
const line = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting) crossing.add(target);
    else crossing.delete(target);
  }
  const here = [...marks.keys()].findLast((section) => crossing.has(section));
  for (const [section, mark] of marks) mark.classList.toggle("scroll-current", section === here);
}, { rootMargin: "-25% 0px -75% 0px" });
for (const section of marks.keys()) line.observe(section);
