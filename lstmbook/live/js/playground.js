// Training in the page: the same batches for several initialisations, side by side.
const RUNS = {
  one: {
    cls: "r1",
    dash: "",
    title: (s) => (s.cell === "RNN" ? "RNN" : "forget bias 1"),
    bias: () => ({ forget: 1 }),
  },
  chrono: {
    cls: "r2",
    dash: "",
    title: (s) => `chrono(${s.lag})`,
    bias: (s) => ({ chrono: s.lag }),
  },
  own: {
    cls: "r3",
    dash: "7 4",
    title: (s) => `forget ${ui.num(s.forget, 1)}, input ${ui.num(s.input, 1)}`,
    bias: (s) => ({ forget: s.forget, input: s.input }),
  },
};
const SOLVED = 0.99,
  WINDOW = 20,
  LIMIT = 4000,
  PAINT = 120,
  SLICE = 12;
const DIALS = ["forget", "input", "lag", "size", "seed"],
  CHOICES = ["task", "cell", "rate"];
// The GRU's z keeps as f does, its r resets.
const GATE_LINES = { f: "f", i: "i", o: "o", z: "f", r: "i" };
const GATE_NAMES = { f: "forget", i: "input", o: "output", z: "update", r: "reset" };

// ---- what stands in the figure -----------------------------------------------------------
const choice = (data, key, word, list) =>
  `<label class="field">${word}<select data-k="set-${key}">${Object.entries(list)
    .map(
      ([value, text]) =>
        `<option value="${value}"${value === String(data.start[key]) ? " selected" : ""}>${text}</option>`,
    )
    .join("")}</select></label>`;
const dial = (data, key, label, name, min, max, step, tint = "x") =>
  ui.slider({ key, label, name, min, max, step, value: data.start[key], tint });
const plot = (key, title) =>
  `<figure><figcaption>${title}</figcaption><svg class="plot" role="img" data-k="${key}"></svg></figure>`;
const starts = (data) =>
  `<fieldset><legend>Starts of the biases, side by side</legend>${Object.keys(RUNS)
    .map(
      (key) =>
        `<label class="switch ${RUNS[key].cls}"><input type="checkbox" data-k="run-${key}"${data.runs.includes(key) ? " checked" : ""}><span data-k="name-${key}"></span></label>`,
    )
    .join("")}` +
  `<div data-k="owndials">${dial(data, "forget", "Forget bias", "Forget bias of the third start", -2, 8, 0.5, "f")}${dial(data, "input", "Input bias", "Input bias of the third start", -8, 2, 0.5, "i")}</div></fieldset>`;
const markup = (data) =>
  `<p class="say"><span data-k="say"></span> Which start of the biases learns it? Press Train.</p><div class="side"><div class="stage">` +
  `<div class="row controls"><button type="button" class="go" data-k="train">Train</button><button type="button" data-k="once">One update</button><button type="button" data-k="reset">Reset</button><span class="count" data-k="count"></span></div>` +
  `<div class="scroll"><table><thead><tr><th scope="col">start</th><th scope="col">right</th><th scope="col">loss</th><th scope="col">result</th></tr></thead><tbody data-k="rows"></tbody></table></div>` +
  `<div class="first">${plot("accuracy", "Right answers")}</div></div>` +
  `<div class="knobs" role="group" aria-label="Settings">${choice(data, "task", "Task", { memory: "Memory", order: "Temporal order", adding: "Adding" })}${choice(data, "cell", "Cell", data.cells)}` +
  starts(data) +
  `${dial(data, "lag", "Lag", "Lag in steps", 20, 200, 10)}${dial(data, "size", "Units <i>H</i>", "Units", 2, 32, 2)}${choice(data, "rate", "Learning rate", { 0.001: "0.001", 0.003: "0.003", 0.01: "0.01", 0.02: "0.02", 0.05: "0.05" })}${dial(data, "seed", "Seed", "Seed", 0, 20, 1)}</div></div>` +
  `<div class="plots">${plot("loss", "Loss")}${plot("flow", "Gradient that reaches each step")}${plot("gates", `<label>Gates of <select data-k="whose"></select></label>`)}</div>` +
  (data.caption ? `<p class="cap">${data.caption}</p>` : "") +
  `<p class="sr" role="status" aria-live="polite" data-k="live"></p>`;

// ---- training ----------------------------------------------------------------------------
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
  const net = core.start(s.cell, task.D, s.size, s.seed, RUNS[key].bias(s));
  const head = core.random(77 + s.seed);
  const limit = Math.sqrt(6 / (s.size + task.K));
  const W = Float64Array.from({ length: s.size * task.K }, () => head.uniform(-limit, limit));
  return {
    key,
    ...RUNS[key],
    name: RUNS[key].title(s),
    model: core.model(net, task.K, { W }),
    losses: [],
    rights: [],
    solved: 0,
    time: 0,
    norms: null,
  };
}

/** All runs anew, with the settings that hold now. */
function begin(fig) {
  const { at, s } = fig;
  stop(fig);
  const task = tasks[s.task];
  fig.rng = core.random(1000 + s.seed);
  const wanted = Object.keys(RUNS).filter((key) => at["run-" + key].checked);
  if (s.cell === "RNN" && wanted.length) wanted.splice(0, wanted.length, "one");
  fig.runs = wanted.map((key) => makeRun(s, key));
  // The sequence on which the gates are looked at is never trained on.
  fig.probe = task.batch(s.lag, 1, core.random(5000 + s.seed));
  at.whose.innerHTML = fig.runs
    .map((run) => `<option value="${run.key}">${run.name}</option>`)
    .join("");
  show(fig, fig.runs.length ? fig.runs[fig.runs.length - 1] : null);
  paint(fig);
}

/** The gates of this run are drawn. */
function show(fig, run) {
  fig.shown = run;
  if (run) fig.at.whose.value = run.key;
}

/** One update of a run. */
function update(run, { s, data }, { x, y, T }) {
  const task = tasks[s.task];
  const began = performance.now();
  const h = new Float64Array(T + 1),
    c = new Float64Array(T + 1);
  const out = core.lossAndGrads(run.model, x, y, T, data.batch, task.kind, (t, dh, dc) => {
    let a = 0,
      b = 0;
    for (const v of dh) a += v * v;
    for (const v of dc) b += v * v;
    h[t] = Math.sqrt(a);
    c[t] = Math.sqrt(b);
  });
  // What reaches c of the last step comes through h alone and is not in the tape.
  c[T] = NaN;
  core.clip(out.grads, data.clip);
  core.adam(run.model, out.grads, Number(s.rate));
  run.norms = run.model.net.lstm ? c : h;
  run.losses.push(out.loss);
  run.rights.push(tasks.right(task, out, y));
  run.time += performance.now() - began;
}

/** One update of every run that still learns, all on the same batch. */
function step(fig) {
  const { s, data } = fig;
  const task = tasks[s.task];
  const batch = task.batch(s.lag, data.batch, fig.rng);
  for (const run of fig.runs) {
    if (run.solved) continue;
    update(run, fig, batch);
    if (
      run.losses.length >= WINDOW &&
      mean(run.rights) >= (task.kind === "class" ? SOLVED : 0.95)
    ) {
      run.solved = run.losses.length * data.batch;
      show(fig, run);
      fig.speak(`${run.name}: solved after ${run.solved} sequences.`);
    }
  }
  return batch;
}

/** Slices of a few milliseconds between two pictures keep the page awake. */
function slice(fig, time) {
  if (!fig.playing || !fig.host.isConnected) return;
  const began = performance.now();
  do step(fig);
  while (!over(fig) && performance.now() - began < SLICE);
  if (over(fig)) stop(fig);
  if (!fig.playing || time - fig.painted > PAINT) {
    fig.painted = time;
    paint(fig);
  }
  if (fig.playing) requestAnimationFrame((next) => slice(fig, next));
}

function stop(fig) {
  fig.playing = false;
  ui.write(fig.at.train, "Train");
}

// ---- the picture -------------------------------------------------------------------------
/** [[sequences seen, mean of the last updates]], at most about 150 points. */
const points = (list, batch) => {
  const stride = Math.max(1, Math.floor(list.length / 150)),
    out = [];
  for (let n = 1; n <= list.length; n += stride) out.push([n * batch, mean(list, n)]);
  if (list.length) out.push([list.length * batch, mean(list)]);
  return out;
};

function ticks(most) {
  const step = [200, 500, 1000, 2000, 5000, 10000, 20000].find((v) => most / v <= 5) || 50000;
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, n) => n * step);
}

function paintRows({ at, runs, data, s }) {
  at.rows.innerHTML = runs
    .map((run) => {
      const n = run.losses.length * data.batch;
      const verdict = run.solved
        ? `<b>solved</b> after ${run.solved.toLocaleString("en-US")}`
        : n
          ? mean(run.rights) < tasks[s.task].chance + 0.1
            ? "at chance"
            : "learning"
          : "";
      return `<tr class="${run.cls}"><th scope="row"><span class="key" style="${run.dash ? "background:repeating-linear-gradient(90deg,var(--k) 0 5px,transparent 5px 8px)" : ""}"></span>${run.name}</th><td>${n ? ui.num(100 * mean(run.rights), 0) + " %" : ""}</td><td>${n ? ui.num(mean(run.losses), 3) : ""}</td><td>${verdict}</td></tr>`;
    })
    .join("");
}

function paintSettings({ at, s, runs, data }) {
  for (const key of DIALS) {
    ui.fill(at["in-" + key]);
    ui.write(at["out-" + key], ui.num(s[key], key === "forget" || key === "input" ? 1 : 0));
  }
  for (const key in RUNS)
    ui.write(at["name-" + key], key === "own" ? "own biases" : RUNS[key].title(s));
  at.owndials.hidden = !at["run-own"].checked;
  ui.write(at.say, tasks[s.task].say(s.lag));
  ui.write(
    at.count,
    runs.length
      ? `${(Math.max(...runs.map((r) => r.losses.length)) * data.batch).toLocaleString("en-US")} sequences`
      : "choose a start",
  );
}

/** Right answers and loss against the sequences seen. */
function paintLearning({ at, s, runs, data }) {
  const task = tasks[s.task];
  const most = Math.max(WINDOW * data.batch, ...runs.map((run) => run.losses.length * data.batch));
  const x = {
    x: [0, most],
    height: 180,
    left: 42,
    formatX: (v) => (v >= 1000 ? v / 1000 + "k" : v),
    labels: { x: "sequences seen" },
  };
  const lines = (key) =>
    runs.map((run) => ({ cls: run.cls, dash: run.dash, points: points(run[key], data.batch) }));
  chart.draw(at.accuracy, {
    ...x,
    height: 260,
    y: [0, 1],
    ticks: { x: ticks(most), y: [0, 0.25, 0.5, 0.75, 1] },
    format: (v) => 100 * v + " %",
    rules: [{ y: task.chance, text: "chance" }],
    series: lines("rights"),
  });
  const top = task.kind === "class" ? 2 : 0.1;
  chart.draw(at.loss, {
    ...x,
    y: [0, top],
    ticks: { x: ticks(most), y: [0, top / 4, top / 2, (3 * top) / 4, top] },
    format: (v) => ui.num(v, task.kind === "class" ? 1 : 3),
    series: lines("losses"),
  });
}

/** What the two charts over the steps of one sequence share. */
function timeAxis(T) {
  const every = T > 120 ? 50 : T > 50 ? 20 : 10;
  return {
    axis: { x: [0, T], height: 180, left: 42, labels: { x: "step" } },
    places: Array.from({ length: Math.floor(T / every) + 1 }, (_, n) => n * every),
  };
}

function paintFlow({ at, runs }, { axis, places }) {
  chart.draw(at.flow, {
    ...axis,
    y: [-9, 1],
    log: true,
    cut: true,
    ticks: { x: places, y: [-9, -6, -3, 0] },
    series: runs
      .filter((run) => run.norms)
      .map((run) => ({
        cls: run.cls,
        dash: run.dash,
        points: [...run.norms].map((v, t) => [t, v]),
      })),
  });
}

/** Means over the units. */
function paintGates({ at, shown, probe }, { axis, places }) {
  if (!shown) return void (at.gates.innerHTML = "");
  const { net } = shown.model,
    tape = core.forward(net, probe.x, probe.T, 1),
    where = core.offsets(net.spec, net.H);
  const average = (from, t) => {
    let sum = 0;
    for (let k = 0; k < net.H; k++) sum += tape.a[t * net.N + from + k];
    return sum / net.H;
  };
  const gates = Object.keys(GATE_LINES).filter((name) => name in where);
  chart.draw(at.gates, {
    ...axis,
    y: [0, 1],
    ticks: { x: places, y: [0, 0.25, 0.5, 0.75, 1] },
    format: (v) => ui.num(v, 2),
    series: gates.map((name) => ({
      cls: GATE_LINES[name],
      tag: name,
      points: Array.from({ length: probe.T }, (_, t) => [t + 1, average(where[name], t)]),
    })),
  });
  const names = gates.length
    ? gates.map((name) => GATE_NAMES[name]).join(", ")
    : "none: a plain RNN has no gates";
  at.gates.setAttribute("aria-label", `Mean over the units of each gate at each step (${names}).`);
}

/** The charts in words. */
function describe({ at, runs }) {
  const words = runs
    .map(
      (run) =>
        `${run.name}: ${run.losses.length ? ui.num(100 * mean(run.rights), 0) + " percent right" : "not trained"}`,
    )
    .join("; ");
  at.accuracy.setAttribute("aria-label", `Share of right answers. ${words}.`);
  at.loss.setAttribute(
    "aria-label",
    `Loss. ${runs.map((run) => `${run.name}: ${run.losses.length ? ui.num(mean(run.losses), 3) : "not trained"}`).join("; ")}.`,
  );
  at.flow.setAttribute(
    "aria-label",
    "Norm of the gradient of the loss with respect to the state at each step, logarithmic.",
  );
}

function paint(fig) {
  paintSettings(fig);
  paintRows(fig);
  paintLearning(fig);
  const time = timeAxis(fig.probe.T);
  paintFlow(fig, time);
  paintGates(fig, time);
  describe(fig);
}

// ---- what the reader does ----------------------------------------------------------------
function train(fig) {
  if (fig.playing) {
    stop(fig);
    return paint(fig);
  }
  if (over(fig)) begin(fig);
  if (!fig.runs.length) return;
  fig.playing = true;
  ui.write(fig.at.train, "Pause");
  requestAnimationFrame((time) => slice(fig, time));
}

function once(fig) {
  stop(fig);
  if (over(fig)) return;
  step(fig);
  paint(fig);
  fig.speak(
    fig.runs
      .map((run) => `${run.name}: loss ${ui.num(run.losses[run.losses.length - 1], 3)}`)
      .join("; "),
  );
}

function listen(fig) {
  const { at, s } = fig;
  at.train.addEventListener("click", () => train(fig));
  at.once.addEventListener("click", () => once(fig));
  at.reset.addEventListener("click", () => begin(fig));
  for (const key of DIALS)
    at["in-" + key].addEventListener("input", (event) => {
      s[key] = Number(event.target.value);
      begin(fig);
    });
  for (const key of CHOICES)
    at["set-" + key].addEventListener("change", (event) => {
      s[key] = event.target.value;
      begin(fig);
    });
  for (const key in RUNS) at["run-" + key].addEventListener("change", () => begin(fig));
  at.whose.addEventListener("change", () => {
    fig.shown = fig.runs.find((run) => run.key === at.whose.value);
    paint(fig);
  });
}

/**
 * What one figure on the page knows: the argument `fig`.
 * @typedef {object} Playground
 * @property {object} s - the settings
 * @property {object[]} runs - one a start, see `makeRun`
 * @property {object} probe - the sequence of the gates' chart
 * @property {number} painted - when the picture was last drawn
 * @property {?object} shown - the run whose gates are drawn
 */

/** @returns {Playground} */
function state(root, data, host) {
  const at = ui.refs(root);
  return {
    data,
    host,
    at,
    s: { ...data.start },
    speak: ui.speaker(at.live, 300),
    runs: [],
    playing: false,
    probe: null,
    painted: 0,
    shown: null,
  };
}

function figure(root, data, host) {
  root.innerHTML = markup(data);
  const fig = state(root, data, host);
  listen(fig);
  // For tests: the state behind the picture.
  host.lstmbook = { step: () => step(fig), runs: () => fig.runs, settings: fig.s };
  begin(fig);
  ui.onWidth(root, (width) => {
    root.classList.toggle("narrow", width < 640);
    paint(fig);
  });
}
