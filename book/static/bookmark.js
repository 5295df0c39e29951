// What this device (device.js) remembers of the reading: which pages were read to their ends, and
// where the reader was last (book/extensions/contents.py shows it).

{ // names of its own: a page shares its scripts' top level
  const { recall, keep } = device;
  const { page } = document.currentScript.dataset; // this page's address in the site, if it has a place
  const root = new URL(document.documentElement.dataset.content_root, location);

  const markRead = () => {
    for (const link of document.querySelectorAll(".sidebar-tree a, .chapter-card")) {
      const address = link.href.replace(/#.*/, "").slice(root.href.length);
      link.classList.toggle("read", recall(`read:${address}`) !== null);
    }
  };
  markRead();
  addEventListener("pageshow", markRead); // also after Back, with what another page has kept
  addEventListener("click", markRead); // and after a button that forgets

  if (page) {
    let isAtEnd = false;
    new IntersectionObserver((entries) => {
      isAtEnd = entries.at(-1).isIntersecting;
      if (!isAtEnd) return;
      keep(`read:${page}`, "yes");
      markRead();
    }).observe(document.querySelector(".related-pages"));

    /** Where to go on: at the section that was in sight, or with the next page. */
    const place = () => {
      const next = document.querySelector(".next-page")?.href;
      if (isAtEnd && next) return next.slice(root.href.length);
      const begun = [...document.querySelectorAll("article > section > section[id]")]
        .filter((section) => section.getBoundingClientRect().top < innerHeight / 2);
      return begun.length ? `${page}#${begun.at(-1).id}` : page;
    };
    document.addEventListener("visibilitychange", () => { // the last event that every browser fires
      if (document.hidden) keep("place", place());
    });
  }
}
