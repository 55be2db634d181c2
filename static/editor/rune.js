// Rune, as far as colours need it: words, texts, numbers, comments.
import { StreamLanguage } from "@codemirror/language";

const KEYWORDS = new Set(("as async await break const continue else enum false fn for if impl in is let loop " +
  "match mod move mut not pub return select self static struct super true use while yield").split(" "));
const KNOWN = new Set(["Some", "None", "Ok", "Err"]);

// `depth`: how many `/*` are open.
const comment = (stream, state) => {
  while (state.depth > 0 && !stream.eol()) {
    if (stream.match("*/")) state.depth -= 1;
    else if (stream.match("/*")) state.depth += 1;
    else stream.next();
  }
  return "comment";
};

const text = (stream, state) => {
  while (!stream.eol()) {
    const c = stream.next();
    if (c === "\\") stream.next();
    else if (c === state.quote) {
      state.quote = null;
      break;
    }
  }
  return "string";
};

const word = stream => {
  const name = stream.current();
  if (KEYWORDS.has(name)) return "keyword";
  if (KNOWN.has(name)) return "atom";
  if (stream.match(/^\s*::/, false)) return "namespace";
  return stream.match(/^\s*\(/, false) ? "variableName.function" : "variableName";
};

export const rune = StreamLanguage.define({
  name: "rune",
  startState: () => ({ depth: 0, quote: null, braces: 0 }),
  token(stream, state) {
    if (state.depth > 0) return comment(stream, state);
    if (state.quote) return text(stream, state);
    if (stream.eatSpace()) return null;
    if (stream.match("//")) {
      stream.skipToEnd();
      return "comment";
    }
    if (stream.match("/*")) {
      state.depth = 1;
      return comment(stream, state);
    }
    if (stream.match(/^'(?:[^'\\]|\\[^'])'/)) return "string";
    if (stream.match(/^[\p{L}_][\p{L}\p{N}_]*/u)) return word(stream);
    if (stream.match(/^0[xob][\da-fA-F_]+|^\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?/)) return "number";
    const c = stream.next();
    if (c === '"' || c === "`") {
      state.quote = c;
      return text(stream, state);
    }
    if ("{[(".includes(c)) state.braces += 1;
    if (")]}".includes(c)) state.braces -= 1;
    return null;
  },
  indent: (state, after, context) =>
    Math.max(0, state.braces - (/^\s*[\]})]/.test(after) ? 1 : 0)) * context.unit,
  languageData: { commentTokens: { line: "//", block: { open: "/*", close: "*/" } }, indentOnInput: /^\s*[\]})]$/ },
});
