// How far an order of lines is right. A line is its number; those from `many` on do not belong.
const orders = (() => {
  /** How many lines from the top stand right: all that must come before each stand above it. */
  const rightFrom = (q, order) => {
    const above = new Set();
    for (const line of order) {
      const ready = q.pairs.every(([first, second]) => second !== line || above.has(first));
      if (line >= q.many || !ready) break;
      above.add(line);
    }
    return above.size;
  };

  /** {kind: "bad" | "good", text, first}: the verdict; `first` is the first line out of place. */
  const check = (q, order) => {
    const right = rightFrom(q, order);
    if (right === order.length) {
      if (right === q.many) return { kind: "good", text: "" };
      const left = q.many - right;
      const lines =
        left === 1
          ? "a line that you put aside belongs"
          : `${left} lines that you put aside belong`;
      return { kind: "bad", text: `All lines here stand right, but ${lines} to them.`, first: -1 };
    }
    if (!right) return { kind: "bad", text: "The first line is out of place.", first: 0 };
    const stand = right === 1 ? "The first line stands" : `The first ${right} lines stand`;
    return {
      kind: "bad",
      text: `${stand} right; line ${right + 1} is the first out of place.`,
      first: right,
    };
  };

  /** The lines mixed, the same way each time, and not in a right order. */
  const mixed = (q) => {
    let state = 20 + q.lines.length;
    const next = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
    const order = q.lines.map((_, k) => k);
    for (let tries = 0; tries < 50; tries++) {
      for (let k = order.length - 1; k > 0; k--) {
        const other = Math.floor(next() * (k + 1));
        [order[k], order[other]] = [order[other], order[k]];
      }
      if (rightFrom(q, order) === 0 && order[0] !== 0) break;
    }
    return order;
  };

  return { check, mixed, rightFrom };
})();
