// The pane: signing in, the state of the data, the five statistics, the functions.

const PANE = (() => {
  const CALM = 60_000; // ms between looks at the state
  const BUSY = 3_000; // ms while a sync runs
  const at = (id) => document.getElementById(id);
  const name = at("company").textContent; // whose pane it is
  let texts = {};
  let timer = null;
  let problem = "";

  const word = (id) => texts.words[id];

  function element(name, content, className) {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...(Array.isArray(content) ? content : [content || ""]));
    return made;
  }

  function notice(text) {
    at("notice").textContent = text || "";
    at("notice").hidden = !text;
  }

  /** Ask the server; what it refuses is said in its words. */
  async function ask(path, method = "GET") {
    const headers = { "Accept-Language": SMK.language };
    const pass = await SMK.pass();
    if (pass) headers.Authorization = `Bearer ${pass}`;
    let response;
    try {
      response = await fetch(path, { method, headers });
    } catch {
      throw Object.assign(new Error(SMK.words[SMK.language].away), { status: 0 });
    }
    const said = await response.json().catch(() => ({}));
    if (!response.ok) {
      throw Object.assign(new Error(said.message), { status: response.status });
    }
    return said;
  }

  async function refresh() {
    if (SMK.python) return; // no server: there is no state to ask for
    clearTimeout(timer);
    let pause = CALM;
    if (await SMK.pass()) {
      try {
        const state = await ask(`/state?lang=${SMK.language}`);
        show(state);
        pause = state.is_syncing ? BUSY : CALM;
      } catch (failed) {
        if (failed.status === 401) await signOut();
        else if (failed.status === 403) show(null);
        notice(failed.message);
      }
    } else {
      show(null);
    }
    timer = setTimeout(refresh, pause);
  }

  function show(state) {
    const isIn = Boolean(SMK.key || (SMK.hasEntra && state));
    at("sign-in").hidden = isIn;
    at("sync").hidden = !isIn;
    at("sign-out").hidden = !SMK.key;
    at("company").textContent = state ? state.company : name;
    at("as-of").textContent = state && state.as_of ?
      word("as_of").replace("{day}", state.as_of).replace("{moment}", state.synced_at) : "";
    at("numbers").hidden = !state || !state.five.length;
    if (!state) return;
    if (SMK.store && state.store !== SMK.store) at("fresh").hidden = false;
    SMK.store = state.store;
    at("sync").disabled = state.is_syncing;
    at("sync").textContent = word(state.is_syncing ? "syncing" : "sync");
    at("five").replaceChildren(...state.five.map(statistic));
    problem = state.message || (state.has_failed ? word("sync_failed") : "");
    notice(problem);
  }

  function statistic(row) {
    const mark = element("span", "", `mark ${row.status}`);
    mark.title = word(`status_${row.status}`);
    const said = element("div", [element("b", row.name), element("p", row.text)]);
    return element("li", [mark, said]);
  }

  function listed(called) {
    const head = element("summary", [element("b", `SMK_${called.id}`), element("span", called.text)]);
    const insert = element("button", word("insert"));
    insert.type = "button";
    insert.dataset.insert = called.id;
    insert.addEventListener("click", () => put(called.example));
    const more = element("a", word("more"));
    more.href = `help/${SMK.language}/${called.id}`;
    more.target = "_blank";
    more.rel = "noopener";
    const open = element("div", [
      element("p", called.signature), element("code", called.typed),
      element("div", [insert, more]),
    ], "open");
    const item = element("li", element("details", [head, open]));
    item.dataset.text = `smk_${called.id} ${called.text} ${called.signature}`.toLowerCase();
    return item;
  }

  /** Put an example into the cell that is selected, unless something is there. */
  async function put(example) {
    try {
      await Excel.run(async (context) => {
        const cell = context.workbook.getActiveCell();
        cell.load("formulas");
        await context.sync();
        if (cell.formulas[0][0] !== "") throw new Error(word("cell_is_filled"));
        cell.formulas = [[example]];
        await context.sync();
      });
      notice("");
    } catch (failed) {
      notice(failed.message);
    }
  }

  async function recalculate() {
    SMK.memory.clear();
    await Excel.run(async (context) => {
      context.workbook.application.calculate("Full");
      await context.sync();
    });
    at("fresh").hidden = true;
  }

  async function signIn(event) {
    event.preventDefault();
    const key = at("key").value.trim();
    if (!key) return;
    SMK.key = key;
    try {
      show(await ask(`/state?lang=${SMK.language}`));
      await SMK.signIn(key);
      at("key").value = "";
    } catch (failed) {
      if (failed.status === 403) await SMK.signIn(key); // opens the formulas alone
      else SMK.key = null;
      show(null);
      notice(failed.message);
    }
  }

  async function signOut() {
    await SMK.signIn(null);
    show(null);
  }

  /** Let Microsoft ask who this is; a token is not kept here. */
  async function signInWithMicrosoft() {
    const isIn = await SMK.pass(true);
    SMK.memory.clear();
    await refresh();
    if (!isIn) notice(word("sign_in_failed"));
  }

  function filter() {
    const wanted = at("search").value.trim().toLowerCase();
    for (const item of at("functions").children) item.hidden = !item.dataset.text.includes(wanted);
  }

  async function start(all) {
    await SMK.ready;
    texts = all[SMK.language];
    document.documentElement.lang = SMK.language;
    for (const each of document.querySelectorAll("[data-word]")) {
      each.textContent = word(each.dataset.word);
    }
    at("search").placeholder = word("search");
    at("functions").replaceChildren(...texts.functions.map(listed));
    at("search").addEventListener("input", filter);
    at("sign-in").querySelector("form").addEventListener("submit", signIn);
    at("microsoft").hidden = !SMK.hasEntra;
    at("microsoft").addEventListener("click", signInWithMicrosoft);
    at("sign-out").addEventListener("click", signOut);
    at("recalculate").addEventListener("click", recalculate);
    at("sync").addEventListener("click", () =>
      ask("/sync", "POST").then(refresh, (failed) => notice(failed.message)));
    SMK.onStore = () => { at("fresh").hidden = false; };
    await refresh();
    document.body.dataset.ready = "true";
  }
  return { start, refresh };
})();
