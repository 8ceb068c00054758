// Tasks with a long lag, as in lstmbook.data.tasks, with sequences of one length.
// Each draws a batch: x (T, B, D) time-major, y (B): classes, or numbers for a regression.
const tasks = (() => {
  const SYMBOLS = 4;
  const oneHot = (x, T, B, D, symbol) => {
    for (let j = 0; j < B; j++) for (let t = 0; t < T; t++) x[(t * B + j) * D + symbol(j, t)] = 1;
  };

  // Tell the first symbol after `lag` others; the last feature says "this one counts".
  const memory = {
    title: "Memory",
    D: SYMBOLS + 1,
    K: SYMBOLS,
    kind: "class",
    chance: 1 / SYMBOLS,
    say: (lag) =>
      `Remember the first symbol and say it ${lag} steps later. All other symbols are noise.`,
    batch(lag, B, rng) {
      const T = lag + 1,
        D = SYMBOLS + 1;
      const x = new Float64Array(T * B * D),
        y = new Array(B);
      oneHot(x, T, B, D, (j, t) => {
        const s = rng.below(SYMBOLS);
        if (t === 0) y[j] = s;
        return s;
      });
      for (let j = 0; j < B; j++) x[j * D + SYMBOLS] = 1;
      return { x, y, T };
    },
  };

  // E ... X or Y at 0.1-0.2 T ... X or Y at 0.5-0.6 T ... B: which two, in which order?
  const order = {
    title: "Temporal order",
    D: 8,
    K: 4,
    kind: "class",
    chance: 0.25,
    say: (lag) =>
      `Two marks, each X or Y, stand among ${lag} symbols of noise. Say which two, in which order.`,
    batch(lag, B, rng) {
      const T = lag + 1,
        x = new Float64Array(T * B * 8),
        y = new Array(B);
      const spread = Math.floor(0.1 * lag) + 1;
      for (let j = 0; j < B; j++) {
        const first = Math.floor(0.1 * lag) + rng.below(spread),
          second = Math.floor(0.5 * lag) + rng.below(spread);
        const a = rng.below(2),
          b = rng.below(2);
        y[j] = 2 * a + b;
        for (let t = 0; t < T; t++) {
          const noise = 2 + rng.below(4);
          const s =
            t === 0 ? 0 : t === T - 1 ? 1 : t === first ? 6 + a : t === second ? 6 + b : noise;
          x[(t * B + j) * 8 + s] = 1;
        }
      }
      return { x, y, T };
    },
  };

  // Values with markers: the sum of the two marked ones, scaled to 0..1.
  const adding = {
    title: "Adding",
    D: 2,
    K: 1,
    kind: "regress",
    chance: 0.154,
    say: (lag) =>
      `Two of ${lag + 1} numbers are marked. Say their sum. Right means: off by less than 0.04.`,
    batch(lag, B, rng) {
      const T = lag + 1,
        x = new Float64Array(T * B * 2),
        y = new Float64Array(B);
      const at = (t, j) => (t * B + j) * 2;
      for (let j = 0; j < B; j++) {
        for (let t = 0; t < T; t++) x[at(t, j)] = rng.uniform(-1, 1);
        x[at(0, j) + 1] = x[at(T - 1, j) + 1] = -1;
        const one = rng.below(10);
        let two = rng.below(Math.floor(T / 2) - 1);
        if (two >= one) two += 1;
        for (const t of [one, two]) x[at(t, j) + 1] = 1;
        if (x[1 + at(0, j)] === 1) x[at(0, j)] = 0;
        y[j] = 0.5 + (x[at(one, j)] + x[at(two, j)]) / 4;
      }
      return { x, y, T };
    },
  };

  const right = (task, out, y) => {
    if (task.kind === "class") return out.correct / y.length;
    let good = 0;
    for (let j = 0; j < y.length; j++) good += Math.abs(out.y[j] - y[j]) < 0.04;
    return good / y.length;
  };
  return { memory, order, adding, right };
})();
