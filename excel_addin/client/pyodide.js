// Without a server: what the page cannot compute itself goes to Python in a worker of the page.

SMK.python = (() => {
  const waiting = new Map();
  let worker = null;
  let last = 0;

  /** Start Python; when it fails, everybody who waits is told, and the next call starts it anew. */
  function started() {
    const made = new Worker("pyodide-worker.js");
    made.onmessage = ({ data }) => {
      if (data.fault) {
        ended(data.fault);
        return;
      }
      const { resolve, reject } = waiting.get(data.number);
      waiting.delete(data.number);
      const answer = JSON.parse(data.answer);
      if (answer.results) resolve(answer);
      else reject(new SMK.Failed(answer.message));
    };
    made.onerror = (event) => ended(event.message);
    return made;
  }

  function ended(why) {
    console.error(why);
    if (worker) worker.terminate();
    worker = null;
    const failed = new SMK.Failed(SMK.words[SMK.language].no_python);
    for (const { reject } of waiting.values()) reject(failed);
    waiting.clear();
  }

  return (body, language) => new Promise((resolve, reject) => {
    worker = worker || started();
    last += 1;
    waiting.set(last, { resolve, reject });
    worker.postMessage({ number: last, body, language });
  });
})();
