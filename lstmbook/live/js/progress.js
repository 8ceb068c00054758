// What a reader has done, kept in the browser's own storage and nowhere else. Where storage is
// forbidden, or outside the book, it is kept until the page is closed.
const progress = (() => {
  const KEY = "lstmbook.exercises";
  const OWN = "own";
  const SHOWN = "shown";
  let here = {};

  /** "part1/training" for .../book/part1/training.html; "" outside the book. */
  const pageOf = (path) => {
    const found = /\/book\/((?:[\w-]+\/)?[\w-]+?)(?:\.html)?$/.exec(path);
    return found ? found[1] : "";
  };
  const page = pageOf(location.pathname);

  /** All states: {"part1/training/step-of-an-rnn": "own" | "shown"}. */
  const all = () => {
    try {
      const kept = Object.entries(JSON.parse(localStorage.getItem(KEY)) || {});
      const known = kept.filter(([, how]) => how === OWN || how === SHOWN);
      return { ...Object.fromEntries(known), ...here };
    } catch {
      return here;
    }
  };

  const state = (id) => all()[`${page}/${id}`] || "";

  /** The first of "own" and "shown" stays: a solution that was seen is not made one's own. */
  const note = (id, how) => {
    if (state(id)) return state(id);
    here[`${page}/${id}`] = how;
    if (page) {
      try {
        localStorage.setItem(KEY, JSON.stringify(all()));
        here = {};
      } catch {
        // no room or no right to keep anything: `here` has it
      }
    }
    return how;
  };

  const forget = () => {
    here = {};
    try {
      localStorage.removeItem(KEY);
    } catch {
      // nothing was kept
    }
  };

  return { OWN, SHOWN, KEY, all, state, note, forget, page, pageOf };
})();
