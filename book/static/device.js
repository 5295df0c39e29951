// What this device keeps for its reader: texts by their keys, which none but it can read. A reader
// may have forbidden the page to keep anything: then it keeps nothing, and recalls null.

const device = (() => {
  const PREFIX = "textbook:"; // bookmark.html asks by it, too
  const attempt = (use) => {
    try {
      return use(localStorage);
    } catch {
      return null;
    }
  };
  return {
    recall: (key) => attempt((store) => store.getItem(PREFIX + key)),
    keep: (key, text) => attempt((store) => store.setItem(PREFIX + key, text)),
    forget: (key) => attempt((store) => store.removeItem(PREFIX + key)),
    forgetAll: () =>
      attempt((store) => {
        const keys = Object.keys(store).filter((key) => key.startsWith(PREFIX));
        keys.forEach((key) => store.removeItem(key));
      }),
  };
})();
