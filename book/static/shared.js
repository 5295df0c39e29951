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
