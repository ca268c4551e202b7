// The functions of smarketing in Excel: calls are collected, sent together, and remembered.
//
// A call that the page can compute itself goes no further (`SMK.local`). Others wait in a queue:
// the first leaves at once, those that come while a request is under way leave together. Equal
// calls travel once, and so does a range that several of them share. They go to the server, or, where
// the add-in has none, to Python in the page (`SMK.python`).

const SMK = (() => {
  const LIMITS = {
    calls: 1000, // of one request
    bytes: 2_000_000, // of one request
    flights: 4, // requests under way
    window: 10, // ms to collect while another request is under way
    shared: 8, // cells from which on a range travels by name
    tries: 3,
    pause: 500, // ms before the second try, at most; twice as long before the third
    patience: 30_000, // ms for all tries
    entries: 20_000, // of the memory
    remembered: 32_000_000, // bytes of the memory
    fresh: 60_000, // ms for which a number of the last sync is remembered
  };
  const CODES = { "#N/A": "na", "#VALUE!": "value", "#NUM!": "num" };
  const AGAIN = new Set([429, 502, 503, 504]);

  /** Write one cell for the wire: errors as `{error}`, anything unknown to us as its text. */
  function cellOf(cell) {
    if (cell === null || cell === undefined || cell === "") return null;
    if (typeof cell === "number") return Number.isFinite(cell) ? cell : null;
    if (typeof cell === "string" || typeof cell === "boolean") return cell;
    const shown = cell.code || cell.basicValue;
    return typeof shown === "string" && shown.startsWith("#") ?
      { error: CODES[shown] || "na" } : String(cell.basicValue ?? cell);
  }

  /** Write an argument: omitted is null, a range is rows. */
  function argumentOf(given) {
    if (Array.isArray(given)) return given.map((row) => row.map(cellOf));
    return given === "" ? [[null]] : cellOf(given);
  }

  /** What was answered, the newest last; the oldest are forgotten when it grows too large. */
  class Memory {
    constructor(now) {
      this.now = now;
      this.clear();
    }

    clear() {
      this.entries = new Map();
      this.size = 0;
    }

    get(key, store) {
      const entry = this.entries.get(key);
      if (!entry) return undefined;
      this.entries.delete(key);
      if (entry.until !== null && (entry.until < this.now() || entry.store !== store)) {
        this.size -= entry.size;
        return undefined;
      }
      this.entries.set(key, entry);
      return entry.result;
    }

    put(key, result, until, store) {
      const size = 2 * (key.length + JSON.stringify(result).length);
      const known = this.entries.get(key);
      if (known) this.size -= known.size;
      this.entries.delete(key);
      this.entries.set(key, { result, size, until, store });
      this.size += size;
      for (const [oldest, entry] of this.entries) {
        if (this.size <= LIMITS.remembered && this.entries.size <= LIMITS.entries) break;
        this.entries.delete(oldest);
        this.size -= entry.size;
      }
    }
  }

  /** A request failed, perhaps for now only. */
  class Failed extends Error {
    constructor(message, { status = 0, wait = 0 } = {}) {
      super(message);
      this.status = status;
      this.wait = wait;
    }

    get mayPass() {
      return this.status === 0 || AGAIN.has(this.status);
    }
  }

  /** Send one request; say in words why it failed. */
  async function post(body, { language, key, words, patience }) {
    const headers = { "Content-Type": "application/json", "Accept-Language": language };
    if (key) headers.Authorization = `Bearer ${key}`;
    let response;
    try {
      const signal = AbortSignal.timeout(patience);
      response = await fetch("/batch", { method: "POST", headers, body, signal });
      if (response.ok) return await response.json();
    } catch {
      throw new Failed(words.away);
    }
    const wait = 1000 * (Number(response.headers.get("Retry-After")) || 0);
    const said = await response.json().catch(() => ({}));
    const message = response.status === 401 ? words.sign_in : said.message || words.away;
    throw new Failed(message, { status: response.status, wait });
  }

  const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

  /** Send a request, again if that may help. */
  async function persist(body, how, now) {
    const end = now() + LIMITS.patience;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await post(body, { ...how(), patience: Math.max(end - now(), 1) });
      } catch (failed) {
        const pause = failed.wait + Math.random() * LIMITS.pause * 2 ** (attempt - 1);
        const isOver = attempt === LIMITS.tries || now() + pause > end;
        if (!(failed instanceof Failed) || !failed.mayPass || isOver) throw failed;
        await sleep(pause);
      }
    }
  }

  /** A request as it grows: ranges that are shared travel once. */
  class Parcel {
    constructor(language) {
      this.head = `{"v":1,"lang":"${language}","ranges":{`;
      this.ranges = new Map();
      this.calls = [];
      this.waiting = [];
      this.size = 0;
    }

    /** Take a call in, unless that makes the request too large. */
    take(waiting) {
      const fresh = waiting.args.filter((each) => each.isShared && !this.ranges.has(each.text));
      const size = waiting.size + fresh.reduce((sum, each) => sum + each.text.length, 0);
      const isFull = this.calls.length === LIMITS.calls || this.size + size > LIMITS.bytes;
      if (isFull && this.calls.length) return false;
      for (const each of fresh) this.ranges.set(each.text, this.ranges.size + 1);
      const args = waiting.args.map((each) =>
        each.isShared ? `{"$":"${this.ranges.get(each.text)}"}` : each.text);
      this.calls.push(`{"id":"${waiting.called.id}","args":[${args.join(",")}]}`);
      this.waiting.push(waiting);
      this.size += size;
      return true;
    }

    get body() {
      const ranges = [...this.ranges].map(([text, id]) => `"${id}":${text}`);
      return `${this.head}${ranges.join(",")}},"calls":[${this.calls.join(",")}]}`;
    }
  }

  const smk = {
    LIMITS,
    Failed,
    local: null,
    python: null,
    key: null,
    hasEntra: false,
    store: null,
    language: "en",
    words: { en: {}, ru: {} },
    ready: Promise.resolve(),
    now: () => Date.now(),
    onStore: () => {},
    flights: 0,
    queue: [],
    pending: new Map(),
    timer: null,
  };
  smk.memory = new Memory(() => smk.now());

  /** Make of a result what Excel shows. */
  smk.shown = (result) => {
    const cell = (each) => {
      if (each === null) return "";
      return typeof each === "object" ? smk.errorOf(each) : each;
    };
    if ("error" in result) throw smk.errorOf(result);
    return Array.isArray(result.value) ?
      result.value.map((row) => row.map(cell)) : cell(result.value);
  };

  /** Make an error of Excel; only two of them can carry words. */
  smk.errorOf = ({ error, message }) => {
    const codes = CustomFunctions.ErrorCode;
    if (error === "num") return new CustomFunctions.Error(codes.invalidNumber);
    const code = error === "value" ? codes.invalidValue : codes.notAvailable;
    return message ? new CustomFunctions.Error(code, message) : new CustomFunctions.Error(code);
  };

  /** Answer a call of a cell: from the page, from memory, from the server or Python. */
  smk.call = (called, given, invocation) => {
    const sent = given.slice(0, called.count).map(argumentOf);
    while (sent.length && sent[sent.length - 1] === null) sent.pop();
    if (smk.local && smk.local.has(called.id)) {
      const batch = { lang: smk.language, calls: [{ id: called.id, args: sent }] };
      return smk.shown(smk.local.send(batch)[0]);
    }
    const texts = sent.map((each) => JSON.stringify(each));
    const key = `${smk.language} ${called.id} ${texts.join(",")}`;
    const known = smk.memory.get(key, smk.store);
    if (known) return smk.shown(known);
    return new Promise((resolve, reject) => {
      const taker = { resolve, reject };
      const waiting = smk.pending.get(key) || enqueue(called, sent, texts, key);
      waiting.takers.add(taker);
      if (invocation) invocation.onCanceled = () => waiting.takers.delete(taker);
    });
  };

  function enqueue(called, sent, texts, key) {
    const args = texts.map((text, place) => ({ text, isShared: isShared(sent[place]) }));
    const own = args.reduce((sum, each) => sum + (each.isShared ? 12 : each.text.length), 24);
    const waiting = { called, args, key, size: own, takers: new Set() };
    smk.pending.set(key, waiting);
    smk.queue.push(waiting);
    schedule();
    return waiting;
  }

  const isShared = (each) => Array.isArray(each) && each.length * each[0].length >= LIMITS.shared;

  function schedule() {
    if (smk.timer !== null || smk.flights >= LIMITS.flights || !smk.queue.length) return;
    smk.timer = setTimeout(flush, smk.flights ? LIMITS.window : 0);
  }

  /** Send what waits, as far as requests may be under way. */
  function flush() {
    smk.timer = null;
    while (smk.queue.length && smk.flights < LIMITS.flights) {
      const parcel = new Parcel(smk.language);
      let count = 0;
      for (const waiting of smk.queue) {
        if (!waiting.takers.size) smk.pending.delete(waiting.key); // cancelled meanwhile
        else if (!parcel.take(waiting)) break;
        count += 1;
      }
      smk.queue.splice(0, count);
      if (parcel.calls.length) fly(parcel);
    }
  }

  async function send(body) {
    if (smk.python) return smk.python(body, smk.language);
    const key = await smk.pass();
    const how = () => ({ language: smk.language, key, words: smk.words[smk.language] });
    return persist(body, how, smk.now);
  }

  async function fly(parcel) {
    smk.flights += 1;
    try {
      await smk.ready;
      const answer = await send(parcel.body);
      note(answer.store);
      parcel.waiting.forEach((waiting, place) => land(waiting, answer.results[place]));
    } catch (failed) {
      if (!(failed instanceof Failed)) console.error(failed);
      const result = { error: "na", message: failed.message };
      for (const waiting of parcel.waiting) settle(waiting, result);
    } finally {
      smk.flights -= 1;
      if (smk.timer !== null) clearTimeout(smk.timer);
      flush();
    }
  }

  function land(waiting, result) {
    const until = waiting.called.isStored ? smk.now() + LIMITS.fresh : null;
    smk.memory.put(waiting.key, result, until, smk.store);
    settle(waiting, result);
  }

  function settle(waiting, result) {
    if (smk.pending.get(waiting.key) === waiting) smk.pending.delete(waiting.key);
    for (const { resolve, reject } of waiting.takers) {
      try {
        resolve(smk.shown(result));
      } catch (error) {
        reject(error);
      }
    }
  }

  /** Take note of the copy that the server reads; another one is told to the pane. */
  function note(store) {
    const isNew = smk.store !== null && smk.store !== store;
    smk.store = store;
    if (isNew) smk.onStore(store);
  }

  const KEPT = "smarketing.key";
  const storage = () => (typeof OfficeRuntime !== "undefined" && OfficeRuntime.storage) || {
    getItem: async (name) => localStorage.getItem(name),
    setItem: async (name, value) => localStorage.setItem(name, value),
    removeItem: async (name) => localStorage.removeItem(name),
  };

  /** What opens the server: the key that was typed in, else a token of Microsoft, which keeps it. */
  smk.pass = async (mayAsk = false) => {
    if (smk.key || !smk.hasEntra) return smk.key;
    const how = { allowSignInPrompt: mayAsk, allowConsentPrompt: mayAsk };
    try {
      return await OfficeRuntime.auth.getAccessToken(how);
    } catch {
      return null;
    }
  };

  /** Keep a key, or forget it; what was answered without it is forgotten, too. */
  smk.signIn = async (key) => {
    smk.key = key || null;
    smk.memory.clear();
    await (key ? storage().setItem(KEPT, key) : storage().removeItem(KEPT));
  };

  /** Tell Excel which function is which. */
  smk.start = (functions, words, hasEntra) => {
    smk.hasEntra = hasEntra;
    smk.words = words;
    smk.functions = functions;
    smk.ready = Office.onReady().then(async () => {
      const shown = (Office.context && Office.context.displayLanguage) || navigator.language;
      smk.language = shown.toLowerCase().startsWith("ru") ? "ru" : "en";
      smk.key = smk.key || (await storage().getItem(KEPT).catch(() => null)) || null;
    });
    for (const called of functions) {
      CustomFunctions.associate(called.id, (...given) => {
        const invocation = given.length > called.count ? given[called.count] : undefined;
        return smk.call(called, given, invocation);
      });
    }
  };
  return smk;
})();
