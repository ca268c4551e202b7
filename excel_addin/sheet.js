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

/** Answer a call, or row by row where one number is expected and a column was given. */
function answer_(called, given) {
  const isColumn = (each) => Array.isArray(each) && each.length > 1 && each[0].length === 1;
  const first = given.find((each, place) => (called.takes[place] || {}).isOne && isColumn(each));
  if (!first) return compute_(called, given);
  return first.map((_, row) => {
    const ofRow = (each) => (isColumn(each) && each.length === first.length ? each[row] : each);
    try {
      return [compute_(called, given.map(ofRow))];
    } catch (error) {
      if (error.code === undefined) throw error;
      return ["—"];
    }
  });
}

/** Put a menu into the sheet: which functions there are. */
function onOpen() {
  SpreadsheetApp.getUi().createMenu("smarketing").addItem(MENU.list, "showFunctions").addToUi();
}

function showFunctions() {
  const ui = SpreadsheetApp.getUi();
  ui.alert(MENU.list, LISTED.join("\n\n"), ui.ButtonSet.OK);
}
