// The functions that a sheet cannot compute itself: the server answers, one request a cell.

const ROWS_ = 1000; // calls in a request
const LARGEST_ = 90000; // characters that the cache takes
const SHOWN_ = { na: "#N/A", value: "#VALUE!", num: "#NUM!" };

/** The server has not given a value: `code` is the error that Excel would show. */
class Unanswered extends Error {
  constructor(result) {
    super(result.message || SHOWN_[result.error]);
    this.code = result.error;
  }
}

/** Send something to the server, and return what it says. */
function send_(path, payload) {
  const kept = PropertiesService.getScriptProperties();
  const url = kept.getProperty("url");
  if (!url) throw new Unanswered({ error: "na", message: REMOTE.not_connected });
  const options = {
    method: "post",
    contentType: "application/json",
    payload,
    muteHttpExceptions: true,
    headers: {
      "Accept-Language": REMOTE.language,
      Authorization: `Bearer ${kept.getProperty("key") || ""}`,
    },
  };
  let found;
  try {
    found = UrlFetchApp.fetch(`${url}${path}`, options);
  } catch (error) {
    throw new Unanswered({ error: "na", message: `${REMOTE.away} (${error.message})` });
  }
  const isFine = found.getResponseCode() < 300;
  try {
    const said = JSON.parse(found.getContentText());
    if (isFine) return said;
    throw new Unanswered({ error: "na", message: said.message || REMOTE.away });
  } catch (error) {
    throw error instanceof Unanswered
      ? error
      : new Unanswered({ error: "na", message: REMOTE.away });
  }
}

/** Return the results of calls; they are kept for a while by what was asked. */
function results_(calls, seconds) {
  const payload = JSON.stringify({ v: 1, lang: REMOTE.language, calls });
  const digest = Utilities.computeDigest(Utilities.DigestAlgorithm.SHA_256, payload);
  const name = Utilities.base64Encode(digest);
  const cache = CacheService.getScriptCache();
  const kept = cache.get(name);
  if (kept) return JSON.parse(kept);
  const { results } = send_("/batch", payload);
  const text = JSON.stringify(results);
  if (text.length <= LARGEST_) cache.put(name, text, seconds);
  return results;
}

/** Return an argument as it goes over the wire: null was left out. */
function sent_(each) {
  if (each === undefined) return null;
  const rows = Array.isArray(each) ? each : [[each]];
  const codes = { "#VALUE!": "value", "#NUM!": "num" };
  const cell = (value) => (isError_(value) ? { error: codes[value] || "na" } : value);
  return rows.map((row) => row.map((value) => (value === "" ? null : cell(value))));
}

/** Answer a call, or row by row where one number is expected and a column was given. */
function remote_(asked, arguments_) {
  const given = arguments_.map(dated_);
  const first = given.find((each, place) => asked.isOne[place] && isColumn_(each));
  const isMapped = (each) => isColumn_(each) && each.length === (first || []).length;
  const ofRow = (row) => given.map((each) => (isMapped(each) ? each[row][0] : each));
  const rows = first ? first.map((_, row) => ofRow(row)) : [given];
  const calls = rows.map((row) => ({ id: asked.id, args: row.map(sent_) }));
  const results = [];
  for (let at = 0; at < calls.length; at += ROWS_) {
    results.push(...results_(calls.slice(at, at + ROWS_), asked.seconds));
  }
  if (first) return results.map(line_);
  if (results[0].error) throw new Unanswered(results[0]);
  const value = results[0].value;
  return Array.isArray(value) ? value.map((row) => row.map(cell_)) : cell_(value);
}

const cell_ = (value) => (value === null ? "" : typeof value === "object" ? "—" : value);

/** Return the row of a sheet that a call fills. */
function line_(result) {
  if (result.error) return ["—"];
  return Array.isArray(result.value) ? result.value[0].map(cell_) : [cell_(result.value)];
}

function syncNow() {
  const ui = SpreadsheetApp.getUi();
  try {
    send_("/sync", "");
    ui.alert(REMOTE.syncing);
  } catch (error) {
    ui.alert(error.message);
  }
}

/** Ask where the server is and for the key; both stay in the properties of the script. */
function connect() {
  const ui = SpreadsheetApp.getUi();
  const kept = PropertiesService.getScriptProperties();
  for (const name of ["url", "key"]) {
    const answer = ui.prompt(REMOTE[name], ui.ButtonSet.OK_CANCEL);
    if (answer.getSelectedButton() !== ui.Button.OK) return;
    kept.setProperty(name, answer.getResponseText().trim().replace(/\/+$/, ""));
  }
}
