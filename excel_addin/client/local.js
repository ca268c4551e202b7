// The page of the add-in: errors are `{error: code}`, and a batch is answered without a server.

let PROBLEMS = TEXTS.en;
const isError_ = (cell) => typeof cell === "object" && cell !== null && "error" in cell;

/** A cell that was given has an error of its own. */
class PassedOn extends Error {
  constructor(cell) {
    super("");
    this.code = cell.error;
  }
}

/** Answer one call as the server would. */
function result_(call) {
  try {
    const given = call.args.map((each) => (each === null ? undefined : each));
    return { value: compute_(CALLED[call.id], given) };
  } catch (error) {
    if (error instanceof PassedOn) return { error: error.code };
    if (error instanceof Refusal) return { error: error.code, message: error.message };
    throw error;
  }
}

SMK.local = {
  has: (id) => Object.hasOwn(CALLED, id),
  send(batch) {
    PROBLEMS = TEXTS[batch.lang] || TEXTS.en;
    return batch.calls.map(result_);
  },
};
