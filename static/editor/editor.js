// An editor for scripts: the element <script-editor>, made with CodeMirror 6 by
// `cargo xtask build` (xtask/src/editor.rs), fetched when somebody writes one.
//
// What it draws is in a shadow root: there its styles are adopted as objects, which
// the page's policy allows, and those of the page stay out.
import { defaultKeymap, history, historyKeymap, isolateHistory } from "@codemirror/commands";
import { bracketMatching, indentOnInput, indentUnit } from "@codemirror/language";
import { forEachDiagnostic, lintGutter, lintKeymap, nextDiagnostic, setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import { rune } from "./rune.js";
import { theme } from "./theme.js";
import { JAPANESE } from "./words.js";

// To the next mistake, which is also said.
function toNextMistake(view) {
  if (!nextDiagnostic(view)) return false;
  const { from } = view.state.selection.main;
  forEachDiagnostic(view.state, ({ message }, start) => {
    if (start === from) view.dispatch({ effects: EditorView.announce.of(message) });
  });
  return true;
}

class ScriptEditor extends HTMLElement {
  #view = null;
  #text = "";
  #spoken = new Compartment();

  static observedAttributes = ["label", "lang", "described"];

  connectedCallback() {
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    this.#view = new EditorView({ root, parent: root, state: this.#state(this.#text) });
  }

  disconnectedCallback() {
    this.#text = this.value;
    this.#view.destroy();
    this.#view = null;
  }

  attributeChangedCallback() {
    this.#view?.dispatch({ effects: this.#spoken.reconfigure(this.#words()) });
  }

  // What is written.
  get value() {
    return this.#view ? this.#view.state.doc.toString() : this.#text;
  }

  // Another text; what stood there before can be had back as after typing.
  set value(text) {
    const before = this.value;
    if (text === before) return;
    this.#text = text;
    if (before === "") this.#view?.setState(this.#state(text));
    else this.#view?.dispatch({ changes: { from: 0, to: before.length, insert: text }, selection: { anchor: 0 }, annotations: isolateHistory.of("full"), scrollIntoView: true });
  }

  // Marks mistakes: [line, column, its end's line, and column, words], all from 1, columns
  // in characters.
  mark(mistakes) {
    const found = mistakes.map(([line, column, endLine, endColumn, message]) => {
      const from = this.#place(line, column);
      return { from, to: Math.max(from, this.#place(endLine, endColumn)), severity: "error", message };
    });
    this.#view?.dispatch(setDiagnostics(this.#view.state, found));
  }

  // Puts the cursor there, and the focus.
  go(line, column) {
    const at = this.#place(line, column);
    this.#view?.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
    this.focus();
  }

  focus() {
    this.#view?.focus();
  }

  #place(line, column) {
    const doc = this.#view.state.doc;
    const there = doc.line(Math.min(Math.max(line, 1), doc.lines));
    return there.from + [...there.text].slice(0, Math.max(column, 1) - 1).join("").length;
  }

  #words() {
    const spoken = { "aria-label": this.getAttribute("label") ?? "", spellcheck: "false", autocapitalize: "off", translate: "no" };
    const described = this.getAttribute("described");
    return [
      EditorView.contentAttributes.of(described ? { ...spoken, "aria-description": described } : spoken),
      EditorState.phrases.of(this.lang === "ja" ? JAPANESE : {}),
    ];
  }

  #state(doc) {
    const tell = name => () => {
      this.dispatchEvent(new CustomEvent(name));
      return true;
    };
    return EditorState.create({
      doc,
      extensions: [
        lineNumbers(), lintGutter(), history(), drawSelection(), highlightActiveLine(), highlightActiveLineGutter(),
        indentUnit.of("    "), EditorState.tabSize.of(4), indentOnInput(), bracketMatching(), rune, theme, EditorView.lineWrapping,
        this.#spoken.of(this.#words()),
        // Tab goes on to what follows the editor: nobody is held in it.
        keymap.of([{ key: "Mod-Enter", run: tell("run") }, { key: "F8", run: toNextMistake }, ...defaultKeymap, ...historyKeymap, ...lintKeymap]),
        EditorView.updateListener.of(update => update.docChanged && tell("written")()),
        // Keys that are typed here are no keys of the page's.
        EditorView.domEventObservers({ keydown: event => event.stopPropagation() }),
      ],
    });
  }
}

customElements.define("script-editor", ScriptEditor);
