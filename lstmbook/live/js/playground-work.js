// Training, without a page: runs in a worker, or in slices beside the page where there is none.
const work = (() => {
  const SOLVED = { class: 0.99, regress: 0.95 },
    WINDOW = 20,
    LIMIT = 4000;
  const BIAS = {
    one: () => ({ forget: 1 }),
    chrono: (s) => ({ chrono: s.lag }),
    own: (s) => ({ forget: s.forget, input: s.input }),
  };

  /** Mean of the last updates before `end`. */
  const mean = (list, end = list.length) => {
    const part = list.slice(Math.max(0, end - WINDOW), end);
    return part.length ? part.reduce((a, b) => a + b, 0) / part.length : NaN;
  };
  const over = ({ runs }) =>
    !runs.length || runs.every((run) => run.solved || run.losses.length >= LIMIT);

  /** A run of the start `key`: its model and what is noted of every update. */
  function makeRun(s, key) {
    const task = tasks[s.task];
    const net = core.start(s.cell, task.D, s.size, s.seed, BIAS[key](s));
    const head = core.random(77 + s.seed);
    const limit = Math.sqrt(6 / (s.size + task.K));
    const W = Float64Array.from({ length: s.size * task.K }, () => head.uniform(-limit, limit));
    const model = core.model(net, task.K, { W });
    return { key, model, losses: [], rights: [], solved: 0, sent: 0, norms: null };
  }

  /** All runs anew; all of them will see the same batches. */
  function begin(s, keys, { batch, clip }) {
    return {
      s,
      batch,
      clip,
      rng: core.random(1000 + s.seed),
      runs: keys.map((key) => makeRun(s, key)),
      // the sequence on which the gates are looked at is never trained on
      probe: tasks[s.task].batch(s.lag, 1, core.random(5000 + s.seed)),
    };
  }

  function update(run, { s, batch, clip }, { x, y, T }) {
    const task = tasks[s.task];
    const h = new Float64Array(T + 1),
      c = new Float64Array(T + 1);
    const norm = (d) => Math.sqrt(d.reduce((sum, v) => sum + v * v, 0));
    const out = core.lossAndGrads(run.model, x, y, T, batch, task.kind, (t, dh, dc) => {
      h[t] = norm(dh);
      c[t] = norm(dc);
    });
    // What reaches c of the last step comes through h alone and is not in the tape.
    c[T] = NaN;
    core.clip(out.grads, clip);
    core.adam(run.model, out.grads, Number(s.rate));
    run.norms = run.model.net.lstm ? c : h;
    run.losses.push(out.loss);
    run.rights.push(tasks.right(task, out, y));
  }

  /** One update of every run that still learns, all on the same batch. */
  function step(lab) {
    const task = tasks[lab.s.task];
    const batch = task.batch(lab.s.lag, lab.batch, lab.rng);
    for (const run of lab.runs) {
      if (run.solved) continue;
      update(run, lab, batch);
      if (run.losses.length >= WINDOW && mean(run.rights) >= SOLVED[task.kind])
        run.solved = run.losses.length * lab.batch;
    }
    return batch;
  }

  /**
   * Of the sequence that is looked at: the mean over the units of every gate at each step, and the
   * share of the memory that the keeping gate leaves from the first step to the last.
   */
  function look({ model: { net } }, { x, T }) {
    const { a } = core.forward(net, x, T, 1);
    const at = core.offsets(net.spec, net.H);
    const gates = {};
    for (const name of "fiozr") {
      if (!(name in at)) continue;
      gates[name] = Array.from({ length: T }, (_, t) => {
        let sum = 0;
        for (let k = 0; k < net.H; k++) sum += a[t * net.N + at[name] + k];
        return sum / net.H;
      });
    }
    const keep = net.spec.coupled
      ? (t, k) => 1 - a[t * net.N + at.i + k]
      : "f" in at || "z" in at
        ? (t, k) => a[t * net.N + (at.f ?? at.z) + k]
        : () => 1;
    let left = 0;
    for (let k = 0; k < net.H; k++) {
      let product = 1;
      for (let t = 1; t < T; t++) product *= keep(t, k);
      left += product / net.H;
    }
    return { gates, left: net.spec.blocks === "n" ? null : left };
  }

  /** What is new since the last report. */
  function report(lab, id, playing) {
    const runs = lab.runs.map((run) => {
      const from = run.sent;
      run.sent = run.losses.length;
      return {
        key: run.key,
        losses: run.losses.slice(from),
        rights: run.rights.slice(from),
        solved: run.solved,
        norms: run.norms && [...run.norms],
        ...look(run, lab.probe),
      };
    });
    return { id, playing, runs, over: over(lab) };
  }

  /**
   * Answers to what the page asks: begin, train, pause, once. Works for `slice` milliseconds at a
   * time and calls `later` for the next ones.
   */
  function serve(post, later, slice) {
    let lab = null,
      id = 0,
      playing = false;
    const tell = () => post(report(lab, id, playing));
    const loop = (mine) => {
      if (!playing || mine !== id) return;
      const began = performance.now();
      do step(lab);
      while (!over(lab) && performance.now() - began < slice);
      if (over(lab)) playing = false;
      tell();
      if (playing) later(() => loop(mine));
    };
    return (ask) => {
      if (ask.type === "begin") {
        id = ask.id;
        playing = false;
        lab = begin(ask.s, ask.keys, ask.data);
      } else if (ask.type === "once") {
        playing = false;
        if (!over(lab)) step(lab);
      } else if (ask.type === "train" && !playing && !over(lab)) {
        playing = true;
        return later(() => loop(id));
      } else if (ask.type === "pause") playing = false;
      return tell();
    };
  }

  return { WINDOW, LIMIT, mean, begin, step, serve };
})();
