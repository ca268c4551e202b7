// Cells read as numbers, and calls answered: what `formulas/functions` does, in JavaScript.
// The host tells what an error in a cell is: `isError_`, and `PassedOn`, which is thrown of one.

const NUMBER_ = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?$/i;

/** There is no value: `code` is the error that Excel would show, the message says why. */
class Refusal extends Error {
  constructor(problem, parts) {
    super(PROBLEMS[problem].text.replace(/\{(\w+)\}/g, (_, name) => String(parts[name])));
    this.code = PROBLEMS[problem].code;
  }
}

/** Read a number as people write it; anything else is null. */
function numberIn_(cell) {
  if (typeof cell === "string") {
    const plain = cell.replace(/\s/g, "").replace(/,/g, ".").replace(/\u2212/g, "-");
    const number = NUMBER_.test(plain) ? Number(plain) : NaN;
    return Number.isFinite(number) ? number : null;
  }
  return typeof cell === "number" && Number.isFinite(cell) ? cell : null;
}

const isBlank_ = (cell) =>
  cell === null || cell === undefined || (typeof cell === "string" && cell.trim() === "");

/** Read what was given for an argument; null is unknown. */
function read_(argument, given) {
  if (given === undefined) {
    if (argument.isOptional) return argument.fallback;
    throw new Refusal("missing", { argument: argument.name });
  }
  const cells = Array.isArray(given) ? given.flat() : [given];
  const wrong = cells.find(isError_);
  if (wrong !== undefined) throw new PassedOn(wrong);
  const filled = cells.filter((cell) => !isBlank_(cell));
  if (filled.length === 0) return argument.fallback;
  const numbers = filled.map(numberIn_).filter((number) => number !== null);
  if (numbers.length === 0) {
    throw new Refusal("not_a_number", { argument: argument.name, value: filled[0] });
  }
  if (argument.isOne && numbers.length > 1) {
    throw new Refusal("several_numbers", { argument: argument.name });
  }
  return numbers.reduce((sum, number) => sum + number, 0);
}

/** Answer one call. */
function compute_(called, given) {
  if (given.length > called.takes.length) {
    throw new Refusal("unexpected", { count: called.takes.length });
  }
  const known = called.takes.map((argument, place) => read_(argument, given[place]));
  const unknown = called.takes.find((argument, at) => known[at] === null && !argument.isOptional);
  if (unknown) throw new Refusal(unknown.name === "plan" ? "no_plan" : "no_data", {});
  if (!called.holds(...known)) throw new Refusal("outside", {});
  const value = called.work(...known);
  if (value === null) throw new Refusal(reason_(called, known), {});
  return value;
}

/** Say why a formula has no value. */
function reason_(called, known) {
  const isZero = (name) => known[called.takes.findIndex((each) => each.name === name)] === 0;
  const telling = Object.keys(TELLING).find(isZero);
  const reason = telling ? TELLING[telling] : "zero_denominator";
  return called.renamed[reason] || reason;
}
