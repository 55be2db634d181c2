// What is shown when the program has stopped: it panicked, trapped, or could
// not be loaded. A program that has stopped cannot say so itself, so this needs
// nothing of it. src/web/fault.rs passes on what a panic says.
(() => {
  const WORDS = {
    en: {
      title: "Something went wrong, and the page has stopped.",
      text: "The mistake is the page’s, not yours, and nothing is lost: your run is in the address, and stars, predictions and what you typed are kept on this device. Reload to go on. Should it stop again, start afresh: that opens the page without this run, and puts aside what is kept; Settings brings it back.",
      reload: "Reload", afresh: "Start afresh", details: "Details, for a report", copy: "Copy the details",
      copied: "Copied.", select: "Selected: copy it with Ctrl+C or ⌘C.",
    },
    ja: {
      title: "問題が起きて、ページが停止しました。",
      text: "原因はページの不具合で、操作の誤りではありません。失われたものもありません。実行の内容はアドレスに、星と予想、入力した値はこの端末に残っています。再読み込みすると続けられます。また停止するときは「最初から開く」を選んでください。この実行は開かず、保存された内容を取り置いて始めます。取り置いた内容は「設定」から元に戻せます。",
      reload: "再読み込み", afresh: "最初から開く", details: "報告用の詳細", copy: "詳細をコピー",
      copied: "コピーしました。", select: "選択しました。Ctrl+C または ⌘C でコピーできます。",
    },
  };
  // What the page keeps begins with this, and what has been put aside ends so.
  const OURS = "stampede-playground";
  const ASIDE = ".aside-";
  const home = new URL(".", location.href).href;
  // Chromium shows ten calls unless it is asked for more.
  Error.stackTraceLimit = 50;
  let dialog = null;
  let started = false;

  const element = (name, fields, ...children) => {
    const made = Object.assign(document.createElement(name), fields);
    made.append(...children);
    return made;
  };

  const putAside = storage => {
    for (const key of Object.keys(storage)) {
      if (!key.startsWith(OURS) || key.includes(ASIDE)) continue;
      let number = 1;
      while (storage.getItem(key + ASIDE + number) !== null) number++;
      const text = storage.getItem(key);
      // First out, then in: there may be no room for both.
      storage.removeItem(key);
      storage.setItem(key + ASIDE + number, text);
    }
  };

  const startAfresh = () => {
    for (const storage of ["localStorage", "sessionStorage"]) {
      // A browser that keeps nothing has nothing to put aside.
      try { putAside(window[storage]); } catch { }
    }
    // The same address with another fragment would not load anything.
    history.replaceState(null, "", location.pathname);
    location.reload();
  };

  const copy = async (area, said, words) => {
    try {
      await navigator.clipboard.writeText(area.value);
      said.textContent = words.copied;
    } catch {
      area.closest("details").open = true;
      area.select();
      said.textContent = words.select;
    }
  };

  const language = () => {
    // Until the program is here, the page is in both languages.
    const tag = document.querySelector(".shell") ? navigator.language : document.documentElement.lang;
    return tag.startsWith("ja") ? ["ja", "en"] : ["en", "ja"];
  };

  const show = what => {
    if (dialog) return;
    const [lang, other] = language();
    const words = WORDS[lang];
    const both = name => `${words[name]} / ${WORDS[other][name]}`;
    const button = (name, onclick) => element("button", { type: "button", name: `fault-${name}`, textContent: both(name), onclick });
    const lines = [what, `${new Date().toISOString()} ${location.href}`, navigator.userAgent];
    const area = element("textarea", { readOnly: true, rows: 8, spellcheck: false, value: lines.join("\n\n"), ariaLabel: words.details });
    const said = element("span", { role: "status" });
    dialog = element("dialog", { className: "fault", lang, role: "alertdialog" },
      element("h2", { id: "fault-title", textContent: words.title }),
      element("p", { id: "fault-text", textContent: words.text }),
      element("div", { lang: other },
        element("h3", { textContent: WORDS[other].title }),
        element("p", { textContent: WORDS[other].text })),
      element("div", { className: "row" },
        button("reload", () => location.reload()),
        button("afresh", startAfresh)),
      element("details", {}, element("summary", { textContent: both("details") }), area),
      element("div", { className: "row" }, button("copy", () => copy(area, said, words)), said));
    dialog.setAttribute("aria-labelledby", "fault-title");
    dialog.setAttribute("aria-describedby", "fault-text");
    // There is nothing to go back to.
    dialog.addEventListener("cancel", event => event.preventDefault());
    dialog.addEventListener("keydown", event => event.stopPropagation());
    // Not into the body: the program may be about to replace what is in it.
    document.documentElement.append(dialog);
    dialog.showModal();
  };

  // Keys are for the notice now, and not for the program.
  addEventListener("keydown", event => {
    if (dialog && !dialog.contains(event.target)) event.stopImmediatePropagation();
  }, true);

  // What an error says, and where it came from; Chromium has both in the stack.
  const report = error => {
    const stack = error?.stack ?? "";
    return stack.includes(String(error)) ? stack : `${error}\n${stack}`;
  };
  const traps = error =>
    [WebAssembly.RuntimeError, WebAssembly.CompileError, WebAssembly.LinkError].some(kind => error instanceof kind);

  window.stampedeFault = panic => {
    const what = `${panic}\n${new Error().stack}`;
    console.error(what);
    show(what);
  };
  addEventListener("TrunkApplicationStarted", () => { started = true; });
  // Whatever threw an error, if it went through the program, that is left
  // half-done, and nothing of it can be relied on any more.
  addEventListener("error", event => {
    const { error, filename, target } = event;
    if (target instanceof HTMLScriptElement) {
      if (!started) show(`could not be loaded: ${target.src || home}`);
    } else if (error && (traps(error) || `${error.stack} ${filename}`.includes(home))) {
      show(report(error));
    }
  }, true);
  addEventListener("unhandledrejection", ({ reason }) => {
    const stack = reason?.stack ?? "";
    if (traps(reason) || (started ? /\.wasm|wasm:/.test(stack) : stack.includes(home))) show(report(reason));
  });
})();
