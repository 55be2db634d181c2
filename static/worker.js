// A worker: the program once more, without a page, on a core of its own. First
// the page sends the program, and then runs to be made; see src/web/workers.rs.
let program;

const begin = async ([script, module]) => {
  const begun = await import(script);
  await begun.default({ module_or_path: module });
  return begun;
};

onmessage = async ({ data }) => {
  try {
    if (program) return postMessage(await (await program).work(data));
    await (program = begin(data));
    postMessage("ready");
  } catch (error) {
    // So that the page hears of it.
    setTimeout(() => { throw error; });
  }
};
