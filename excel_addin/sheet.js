// Google Sheets: errors are texts, columns are answered row by row, and there is a menu.

const ERROR_ = /^#(N\/A|VALUE!|NUM!|REF!|DIV\/0!|NAME\?|NULL!|ERROR!)$/;
const isError_ = (cell) => typeof cell === "string" && ERROR_.test(cell);

/** A cell that was given has an error of its own. */
class PassedOn extends Error {
  constructor(shown) {
    super(shown);
    this.code = { "#VALUE!": "value", "#NUM!": "num" }[shown] || "na";
  }
}

const isColumn_ = (each) => Array.isArray(each) && each.length > 1 && each[0].length === 1;

/** Return what was given with dates as the numbers that they are. */
function dated_(each) {
  if (Array.isArray(each)) return each.map(dated_);
  if (Object.prototype.toString.call(each) !== "[object Date]") return each;
  const zone = SpreadsheetApp.getActive().getSpreadsheetTimeZone();
  const text = Utilities.formatDate(each, zone, "yyyy-MM-dd'T'HH:mm:ss'Z'");
  return Date.parse(text) / 86400000 + 25569;
}

/** Answer a call, or row by row where one number is expected and a column was given. */
function answer_(called, arguments_) {
  const given = arguments_.map(dated_);
  const first = given.find((each, place) => (called.takes[place] || {}).isOne && isColumn_(each));
  if (!first) return compute_(called, given);
  return first.map((_, row) => {
    const ofRow = (each) => (isColumn_(each) && each.length === first.length ? each[row] : each);
    try {
      return [compute_(called, given.map(ofRow))];
    } catch (error) {
      if (error.code === undefined) throw error;
      return ["—"];
    }
  });
}

/** Put a menu into the sheet: which functions there are, the sync, the server. */
function onOpen() {
  const menu = SpreadsheetApp.getUi().createMenu("smarketing");
  menu.addItem(MENU.list, "showFunctions").addItem(MENU.sync, "syncNow");
  menu.addItem(MENU.connect, "connect").addToUi();
}

function showFunctions() {
  const ui = SpreadsheetApp.getUi();
  ui.alert(MENU.list, LISTED.join("\n\n"), ui.ButtonSet.OK);
}
