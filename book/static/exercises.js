// Exercises that the page checks (book/extensions/exercises.py): a function that the reader writes,
// run by MicroPython in a worker, and a number. What is written and what is solved stays on this
// device (device.js).

{ // names of its own: a page shares its scripts' top level
  const LONGEST = 5000; // milliseconds that an answer may take
  const START = 30_000; // that Python may take to start
  const { recall, keep, forget, forgetAll } = device;

  // ---- MicroPython, at the first click ----

  /** Runs in a worker: one answer and its check, each time in a new Python. */
  const work = () => {
    const MOST = 40; // lines of output
    const WIDEST = 500; // characters of one
    const addressOf = (content, type) => URL.createObjectURL(new Blob([content], { type }));
    let engine = null;
    const start = async ({ module, wasm }) => ({
      module: await import(addressOf(module, "text/javascript")),
      url: addressOf(wasm, "application/wasm"),
    });
    addEventListener("message", async ({ data }) => {
      const lines = []; // those that were said, and the last one
      const stdout = (line) => {
        lines[Math.min(lines.length, MOST)] = line;
        if (lines.length <= MOST) postMessage({ line: line.slice(0, WIDEST) });
      };
      const end = (error) => {
        const [last] = lines.slice(MOST); // what check says comes last
        if (last !== undefined) postMessage({ line: `…\n${last.slice(0, WIDEST)}` });
        postMessage({ ended: true, error });
      };
      try {
        engine ??= await start(data);
        const options = { url: engine.url, stdout, linebuffer: true };
        const python = await engine.module.loadMicroPython(options);
        postMessage({ started: true });
        for (const [file, source] of data.sources) {
          python.globals.set("source", source);
          python.runPython(`exec(compile(source, "${file}", "exec"))`);
        }
        end();
      } catch ({ message }) {
        end(message);
      }
    });
  };

  const unpacked = (text) => {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(plain).arrayBuffer();
  };

  let engine = null;
  const engineFrom = (address) => {
    engine ??= loadScript(address).then(async () => ({
      module: await unpacked(window.python.module),
      wasm: await unpacked(window.python.wasm),
      check: window.python.check,
    }), () => {
      throw new Error("Python did not arrive. Try again.");
    });
    engine.catch(() => { engine = null; });
    return engine;
  };

  const program = URL.createObjectURL(new Blob([`(${work})()`], { type: "text/javascript" }));
  let worker = null; // kept from one check to the next, unless it had to be stopped
  const stop = () => {
    worker?.terminate();
    worker = null;
  };

  // Errors that an answer has here where Python's own has none.
  const LACKS = /^(Import|Attribute|NotImplemented)Error|doesn't take keyword|\*x must be/;

  /** The error in one line, with the line of the reader's own code. */
  const inOneLine = (traceback) => {
    const lines = traceback.trim().split("\n");
    const places = lines.filter((line) => line.includes('File "answer"'));
    const place = places.at(-1)?.match(/line \d+/)[0];
    const error = lines.at(-1);
    const missing = LACKS.test(error);
    const advice = missing ? " (this small Python may lack it: the notebook's has it)" : "";
    return `${place ? `${place}: ` : ""}${error}${advice}`;
  };

  /**
   * Runs an answer and its check. `say` gets each line that they print, as it comes; the last one is
   * the error, if there is one. An answer that takes too long is stopped, and the last line says so.
   */
  const runNow = async (address, answer, cases, say) => {
    const { check, ...files } = await engineFrom(address);
    worker ??= new Worker(program);
    const sources = [["check", check], ["answer", answer], ["check", cases]];
    let late = 0;
    const line = await new Promise((done) => {
      const giveUp = (words) => {
        stop();
        done(words);
      };
      const wait = (limit, words) => {
        clearTimeout(late);
        late = setTimeout(giveUp, limit, words);
      };
      wait(START, `Python did not start within ${START / 1000} seconds. Try again.`);
      worker.onmessage = ({ data }) => {
        if (data.line !== undefined) say(data.line);
        if (data.started) wait(LONGEST, `stopped after ${LONGEST / 1000} seconds: does a loop never end?`);
        if (data.ended) done(data.error && inOneLine(data.error));
      };
      worker.onerror = () => giveUp("Python did not start: this browser may be too old for it.");
      worker.postMessage({ ...files, sources });
    });
    clearTimeout(late);
    if (line) say(line);
  };

  let last = Promise.resolve();
  const run = (...check) => { // one after the other: the editors of a page share the worker
    const ended = last.then(() => runNow(...check));
    last = ended.catch(() => {});
    return ended;
  };

  // ---- what is solved ----

  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];

  const showSolved = () => {
    for (const exercise of all("div.exercise[id]")) {
      const title = exercise.querySelector(".admonition-title");
      title.querySelector(".solved")?.remove();
      if (recall(`solved:${exercise.id}`)) title.append(mark());
    }
    const items = all("li.checked");
    for (const item of items) {
      item.querySelector(".solved")?.remove();
      const label = item.querySelector("a").hash.slice(1);
      if (recall(`solved:${label}`)) item.querySelector("p").append(mark());
    }
    const head = document.querySelector(".exercises-checked");
    if (head) {
      const labels = new Set(all("[data-exercise]").map((form) => form.dataset.exercise));
      const solved = [...labels].filter((label) => recall(`solved:${label}`)).length;
      head.dataset.words ??= head.textContent;
      const told = `${solved} of ${labels.size} exercises solved`;
      head.textContent = solved ? told : head.dataset.words;
    }
    const line = document.querySelector(".exercises-solved output");
    if (line) {
      const solved = items.filter((item) => item.querySelector(".solved")).length;
      line.dataset.words ??= line.textContent;
      const told = `${solved} of ${items.length} that the page checks are solved`;
      line.textContent = solved ? told : line.dataset.words;
    }
  };

  const mark = () => {
    const made = document.createElement("span");
    return Object.assign(made, { className: "solved", textContent: " ✓ solved" });
  };

  const solve = (label) => {
    keep(`solved:${label}`, "yes");
    showSolved();
  };

  // ---- a function ----

  const INDENT = "    ";

  /** Puts text in place of what is selected, so that the browser's own Undo takes it back. */
  const type = (field, text) => {
    field.focus();
    // Deprecated, and all that keeps Undo: setRangeText drops what came before.
    if (text) document.execCommand("insertText", false, text);
    else document.execCommand("delete");
  };

  const writeAll = (field, text) => {
    field.select();
    type(field, text);
  };

  /** Moves the lines in which the selection lies. */
  const indent = (field, back) => {
    const { value, selectionStart, selectionEnd } = field;
    if (!back && selectionStart === selectionEnd) return type(field, INDENT);
    const start = value.lastIndexOf("\n", selectionStart - 1) + 1;
    const next = value.indexOf("\n", Math.max(start, selectionEnd - 1));
    const end = next < 0 ? value.length : next;
    const lines = value.slice(start, end).split("\n");
    const move = (line) => (back ? line.replace(/^ {1,4}|^\t/, "") : INDENT + line);
    const moved = lines.map(move).join("\n");
    if (moved === value.slice(start, end)) return;
    field.setSelectionRange(start, end);
    type(field, moved);
    field.setSelectionRange(start, start + moved.length);
  };

  const onKey = (event) => {
    const { key, shiftKey, target: field } = event;
    const leaves = field.dataset.leaves === "yes";
    field.dataset.leaves = key === "Escape" || (leaves && key === "Shift") ? "yes" : "";
    if (key === "Tab" && !leaves) {
      event.preventDefault();
      indent(field, shiftKey);
    } else if (key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      field.form.requestSubmit();
    } else if (key === "Enter" && !shiftKey && !event.isComposing) {
      event.preventDefault();
      const before = field.value.slice(0, field.selectionStart).split("\n").at(-1);
      type(field, `\n${before.match(/^ */)[0]}${/:\s*$/.test(before) ? INDENT : ""}`);
    }
  };

  for (const form of all("form.editor-live")) {
    const { exercise: label, engine: address, solution } = form.dataset;
    const field = form.querySelector("textarea");
    const output = form.querySelector("output");
    const [checks, resets, solves] = all(".editor-buttons button", form);
    const stub = field.defaultValue;
    let own = null; // the reader's answer while the printed solution stands in its place

    const fit = () => { field.rows = field.value.split("\n").length + 1; };
    const say = (line) => { output.textContent += `${output.textContent && "\n"}${line}`; };

    field.value = recall(`answer:${label}`) ?? stub;
    fit();
    field.addEventListener("keydown", onKey);
    field.addEventListener("blur", () => { field.dataset.leaves = ""; });
    field.addEventListener("input", () => {
      fit();
      if (field.value === stub) forget(`answer:${label}`);
      else if (own === null) keep(`answer:${label}`, field.value);
    });

    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (checks.getAttribute("aria-disabled")) return;
      const answer = field.value;
      checks.setAttribute("aria-disabled", "true");
      output.textContent = "";
      output.dataset.verdict = "";
      form.setAttribute("aria-busy", "true");
      try {
        await run(address, answer, form.querySelector(".editor-cases pre").textContent, say);
      } catch ({ message }) {
        say(message);
      }
      form.removeAttribute("aria-busy");
      checks.removeAttribute("aria-disabled");
      const right = /(^|\n)right: all \d+ cases$/.test(output.textContent);
      output.dataset.verdict = right ? "right" : "wrong";
      if (right && answer.trim() !== solution.trim()) solve(label);
    });

    const putBack = () => {
      own = null;
      solves.textContent = "Put in the printed solution";
    };
    resets.addEventListener("click", () => {
      putBack();
      writeAll(field, stub);
      forget(`answer:${label}`);
      output.textContent = "";
    });
    solves.addEventListener("click", () => {
      const before = own;
      if (before === null) {
        own = field.value;
        solves.textContent = "Put my answer back";
        writeAll(field, solution);
      } else {
        putBack();
        writeAll(field, before);
      }
      output.textContent = "";
      solves.focus();
    });
    for (const button of [checks, resets, solves]) button.disabled = false;
  }

  // ---- a number ----

  const GROUPED = /(?<![\d.,])[1-9]\d{0,2}(,\d{3})+(?![\d,])/g; // 20,000

  /** The number that a text means, NaN if none: `reply` in textbook/lesson/asking.py reads the same. */
  const numberIn = (text) => {
    const plain = text.trim().replaceAll("−", "-").replace(GROUPED, (found) => found.replaceAll(",", ""));
    const [above, below, ...more] = plain.split("/");
    if (more.length || !/^[-+\d.e]+$/i.test(above) || !/^[\d.]*$/.test(below ?? "")) return NaN;
    const number = below === undefined ? Number(above) : Number(above) / Number(below || NaN);
    return Number.isFinite(number) ? number : NaN;
  };

  for (const form of all("form.number")) {
    const { exercise: label, right, within } = form.dataset;
    const field = form.querySelector("input");
    const output = form.querySelector("output");
    const [said] = all(".verdict", output);
    const reasons = all("[data-value]", output);
    const near = (number, value) => Math.abs(number - value) <= Number(within) + 1e-9 * Math.abs(value);
    field.value = recall(`answer:${label}`) ?? "";
    field.addEventListener("input", () => {
      if (field.value) keep(`answer:${label}`, field.value);
      else forget(`answer:${label}`);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const number = numberIn(field.value);
      const isRight = near(number, Number(right));
      const wrong = isRight ? null : reasons.find(({ dataset }) => near(number, Number(dataset.value)));
      for (const reason of reasons) reason.hidden = reason !== wrong;
      if (Number.isNaN(number)) said.textContent = "Write a number, such as 12, 0.5, 1/3 or 2e-3.";
      else said.textContent = isRight ? "Right." : "Not so.";
      output.dataset.verdict = isRight ? "right" : "wrong";
      if (isRight) solve(label);
    });
    form.querySelector("button").disabled = false;
  }

  const clears = document.querySelector(".exercises-solved button");
  if (clears) {
    clears.disabled = false;
    clears.addEventListener("click", () => {
      forgetAll();
      showSolved();
    });
  }
  showSolved();
  addEventListener("pageshow", showSolved); // also after Back, with what another page solved
}
