// Python beside the page of the add-in: a batch in, its answer out. All files lie beside this one.

importScripts("pyodide/pyodide.js");

const answering = (async () => {
  const [python, ours] = await Promise.all([
    loadPyodide({ indexURL: new URL("pyodide/", self.location).href }),
    fetch("python.zip").then((found) => {
      if (!found.ok) throw new Error(`python.zip: ${found.status}`);
      return found.arrayBuffer();
    }),
  ]);
  python.unpackArchive(ours, "zip");
  return python.pyimport("excel_addin.alone").answer;
})();

self.onmessage = async ({ data: { number, body, language } }) => {
  try {
    self.postMessage({ number, answer: (await answering)(body, language) });
  } catch (fault) {
    self.postMessage({ number, fault: String(fault) });
  }
};
