// How much a state k steps back still moves the last output: plain RNN beside LSTM.
const ROWS = 2, // of a Jacobian at a time
  SLICE = 7, // milliseconds of work in a picture
  FLOOR = 1e-3,
  CEILING = 1e3;
const LINES = [
  {
    key: "rnn",
    cls: "n",
    name: "RNN",
    what: "\u2202<i>h</i><sub>T</sub> / \u2202<i>h</i><sub>T\u2212k</sub>",
  },
  {
    key: "c",
    cls: "c",
    name: "LSTM, memory",
    what: "\u2202<i>h</i><sub>T</sub> / \u2202<i>c</i><sub>T\u2212k</sub>",
  },
  {
    key: "h",
    cls: "h",
    name: "LSTM, output",
    what: "\u2202<i>h</i><sub>T</sub> / \u2202<i>h</i><sub>T\u2212k</sub>",
  },
];
const DIALS = {
  rho: {
    label: "Spectral radius of <i>U</i>",
    name: "Spectral radius of the RNN's U",
    min: 0.5,
    max: 1.8,
    step: 0.05,
    tint: "n",
  },
  forget: {
    label: "Forget bias <i>b</i><sub>f</sub>",
    name: "Forget bias",
    min: -2,
    max: 8,
    step: 0.5,
    tint: "f",
  },
  input: {
    label: "Input bias <i>b</i><sub>i</sub>",
    name: "Input bias",
    min: -8,
    max: 2,
    step: 0.5,
    tint: "i",
  },
  tmax: {
    label: "chrono: <i>T</i><sub>max</sub>",
    name: "Longest time scale of chrono",
    min: 10,
    max: 400,
    step: 10,
    tint: "f",
  },
  length: {
    label: "Length <i>T</i>",
    name: "Length of the sequence",
    min: 20,
    max: 200,
    step: 10,
    tint: "x",
  },
  noise: {
    label: "Size of the inputs",
    name: "Size of the inputs",
    min: 0,
    max: 2,
    step: 0.1,
    tint: "x",
  },
};
const ONE_DIGIT = ["noise", "forget", "input"];

const dial = (data, key) => ui.slider({ key, value: data.start[key], ...DIALS[key] });
const markup = (data) =>
  `<div class="row" role="group" aria-label="Presets">${Object.entries(data.presets)
    .map(
      ([key, p]) =>
        `<button type="button" data-preset="${key}" aria-pressed="false">${p.title}</button>`,
    )
    .join("")}</div>` +
  `<p class="say" data-k="say"></p><div class="side"><div class="stage"><svg class="plot" role="img" data-k="plot"></svg>` +
  ui.slider({
    key: "lag",
    label: "Read the curves at lag <i>k</i>",
    name: "Lag",
    min: 1,
    max: 100,
    step: 1,
    value: 50,
    tint: "x",
  }) +
  `<table><thead><tr><th scope="col">gradient</th><th scope="col">at lag <span data-k="at-lag"></span></th><th scope="col">fate</th></tr></thead><tbody>` +
  LINES.map(
    (l) =>
      `<tr class="${l.cls}"><th scope="row"><span class="key"></span><b>${l.name}</b> <span class="math">${l.what}</span></th><td data-k="val-${l.key}"></td><td data-k="fate-${l.key}"></td></tr>`,
  ).join("") +
  `</tbody></table></div><div class="knobs" role="group" aria-label="Dials"><p class="head">Plain RNN</p><div class="grid2">${dial(data, "rho")}</div>` +
  `<p class="head">LSTM</p><div class="segments" role="radiogroup" aria-label="Initialisation of the biases"><label><input type="radio" name="init" value="constant">one bias</label><label><input type="radio" name="init" value="chrono">chrono</label></div>` +
  `<div class="grid2" data-k="constant">${dial(data, "forget")}${dial(data, "input")}</div><div class="grid2" data-k="chrono">${dial(data, "tmax")}</div>` +
  `<p class="head">Both</p><div class="grid2">${dial(data, "length")}${dial(data, "noise")}</div><div class="row"><button type="button" data-k="draw">New random weights</button></div></div></div>` +
  (data.caption ? `<p class="cap">${data.caption}</p>` : "") +
  `<p class="sr" role="status" aria-live="polite" data-k="live"></p>`;

const squares = (list) => {
  let sum = 0;
  for (const v of list) sum += v * v;
  return sum;
};

/** The RNN and the LSTM at the start that the dials ask for. */
const networks = {
  rnn({ D, H }, now, seed) {
    const rnn = core.start("RNN", D, H, seed);
    for (let n = 0; n < rnn.params.U.length; n++) rnn.params.U[n] *= now.rho;
    return rnn;
  },
  lstm({ D, H }, now, seed) {
    const bias =
      now.init === "chrono" ? { chrono: now.tmax } : { forget: now.forget, input: now.input };
    return core.start("LSTM", D, H, seed, bias);
  },
};

/**
 * Sizes of the gradients with respect to h and c at each lag 0 ... T, a few rows of the Jacobian
 * after the other: a generator, so that a picture can be drawn in between.
 */
function* sizes({ D, H }, now, seed, net) {
  const rng = core.random(seed + 1000);
  const T = now.length;
  const x = new Float64Array(T * D);
  for (let n = 0; n < x.length; n++) x[n] = now.noise * rng.normal();
  const tape = core.forward(net, x, T, 1);
  const h = new Array(T + 1).fill(0),
    c = new Array(T + 1).fill(0);
  for (let first = 0; first < H; first += ROWS) {
    yield;
    const unit = new Float64Array(ROWS * H);
    for (let k = 0; k < ROWS; k++) unit[k * H + first + k] = 1;
    core.backward(net, tape, {
      dh: unit,
      rows: ROWS,
      weights: false,
      each: (t, dh, dc) => {
        h[T - t] += squares(dh);
        c[T - t] += squares(dc);
      },
    });
  }
  // The last memory acts on the last output at once; the tape counts from the step before.
  c[0] = NaN;
  // root mean square of the singular values: 1 for the identity
  const size = (sum) => Math.sqrt(sum / H);
  return { h: h.map(size), c: c.map(size) };
}

/** One list a line of the chart. A network is run again only if a dial of its own was moved. */
function* measure(fig) {
  const { data, seed, memo } = fig;
  const now = { ...fig.now }; // the dials may move on meanwhile
  const both = [seed, now.length, now.noise];
  const keys = {
    rnn: [...both, now.rho].join(),
    lstm: [...both, now.init, now.forget, now.input, now.tmax].join(),
  };
  for (const name in keys)
    if (memo[name]?.key !== keys[name]) {
      const found = yield* sizes(data, now, seed, networks[name](data, now, seed));
      memo[name] = { key: keys[name], found };
    }
  return { rnn: memo.rnn.found.h, c: memo.lstm.found.c, h: memo.lstm.found.h };
}

/** Where a curve leaves what a network can learn from, if it does. */
const fate = (curve) => {
  const dies = curve.findIndex((v) => v < FLOOR),
    bursts = curve.findIndex((v) => v > CEILING);
  if (dies > 0 && (bursts < 0 || dies < bursts))
    return { lag: dies, text: `dies at lag ${dies}`, word: "dies" };
  if (bursts > 0) return { lag: bursts, text: `explodes at lag ${bursts}`, word: "explodes" };
  return { text: "alive at lag " + (curve.length - 1), word: "alive" };
};

function paintDials({ at, radios, now }) {
  at["in-lag"].max = now.length;
  now.lag = Math.min(now.lag, now.length);
  for (const key of [...Object.keys(DIALS), "lag"]) {
    const input = at["in-" + key];
    if (Number(input.value) !== now[key]) input.value = now[key];
    ui.fill(input);
    const digits = key === "rho" ? 2 : ONE_DIGIT.includes(key) ? 1 : 0;
    ui.write(at["out-" + key], ui.num(now[key], digits));
  }
  at.constant.hidden = now.init === "chrono";
  at.chrono.hidden = now.init !== "chrono";
  for (const radio of radios) radio.checked = radio.value === now.init;
}

/** Writes the rows of the table; gives the points that the chart marks. */
function paintTable({ at, now, curves }) {
  const marks = [];
  for (const line of LINES) {
    const curve = curves[line.key],
      end = fate(curve);
    if (end.lag) marks.push({ x: end.lag, y: curve[end.lag], cls: line.cls, r: 6 });
    marks.push({ x: now.lag, y: curve[now.lag], cls: line.cls, r: 4 });
    ui.write(at["val-" + line.key], chart.sci(curve[now.lag], 3));
    ui.write(at["fate-" + line.key], end.text);
  }
  ui.write(at["at-lag"], String(now.lag));
  return marks;
}

function paint(fig) {
  // curves of another length are on their way out: the next ones are painted when they are there
  if (fig.curves.rnn.length !== fig.now.length + 1) return;
  const { at, now, curves } = fig;
  paintDials(fig);
  const T = now.length;
  const step = T <= 50 ? 10 : T <= 100 ? 20 : 50;
  fig.frame = chart.draw(at.plot, {
    x: [0, T],
    y: [-10, 4],
    log: true,
    cut: true,
    height: 320,
    ticks: {
      x: Array.from({ length: Math.floor(T / step) + 1 }, (_, n) => n * step),
      y: [-10, -8, -6, -4, -2, 0, 2, 4],
    },
    labels: { x: "lag k, in steps back from the end", y: "size of the gradient" },
    rules: [
      { y: -3, text: "dies" },
      { y: 3, text: "explodes" },
    ],
    cursor: now.lag,
    marks: paintTable(fig),
    series: LINES.map((l) => ({ cls: l.cls, points: curves[l.key].map((v, k) => [k, v]) })),
  });
  at.plot.setAttribute(
    "aria-label",
    `Gradient against lag, logarithmic. RNN ${fate(curves.rnn).text}; LSTM memory path ${fate(curves.c).text}.`,
  );
}

/** Works for at most `limit` milliseconds; whether the curves are there then. */
function compute(fig, limit = Infinity) {
  const began = performance.now();
  while (performance.now() - began < limit) {
    const { value, done } = fig.work.next();
    if (done) {
      fig.curves = value;
      fig.work = null;
      return true;
    }
  }
  return false;
}

/**
 * The numbers of the dials at once; the curves as soon as they are there. What is being computed
 * is finished first, so that a quick hand sees curves too.
 */
function update(fig) {
  paintDials(fig);
  fig.again = true;
  if (fig.work) return;
  fig.at.plot.dataset.busy = "";
  const go = () => {
    if (!fig.work) {
      fig.again = false;
      fig.work = measure(fig);
    }
    if (!compute(fig, SLICE)) return void requestAnimationFrame(go);
    paint(fig);
    if (fig.again) return void requestAnimationFrame(go);
    delete fig.at.plot.dataset.busy;
    tell(fig);
  };
  go();
}

function tell({ now, curves, speak }) {
  speak(
    `At lag ${now.lag}: RNN ${chart.sci(curves.rnn[now.lag])}, ${fate(curves.rnn).text}. LSTM memory ${chart.sci(curves.c[now.lag])}, ${fate(curves.c).text}.`,
  );
}

function load(fig, name) {
  const { at, data, presets } = fig;
  fig.now = { ...data.start, ...data.presets[name].set };
  fig.seed = data.seed;
  at.say.innerHTML = data.presets[name].say;
  for (const button of presets) button.setAttribute("aria-pressed", button.dataset.preset === name);
}

function listen(fig) {
  const { at, radios, presets } = fig;
  for (const key of Object.keys(DIALS))
    at["in-" + key].addEventListener("input", (event) => {
      fig.now[key] = Number(event.target.value);
      update(fig);
    });
  for (const radio of radios)
    radio.addEventListener("change", () => {
      fig.now.init = radio.value;
      update(fig);
    });
  at.draw.addEventListener("click", () => {
    fig.seed += 1;
    update(fig);
  });
  for (const button of presets)
    button.addEventListener("click", () => {
      load(fig, button.dataset.preset);
      update(fig);
    });
}

/** The lag is read from its slider or from a point in the chart. */
function listenToLag(fig) {
  const { at, speak } = fig;
  at["in-lag"].addEventListener("input", (event) => {
    const { now, curves } = fig;
    now.lag = Number(event.target.value);
    paintDials(fig);
    if (!(now.lag in curves.rnn)) return;
    paint(fig);
    speak(
      `At lag ${now.lag}: RNN ${chart.sci(curves.rnn[now.lag])}, LSTM memory ${chart.sci(curves.c[now.lag])}.`,
    );
  });
  const point = (event) => {
    const { frame, now } = fig;
    if (!frame || (event.type === "pointermove" && !event.buttons)) return;
    now.lag = Math.max(1, Math.round(chart.under(at.plot, event, frame, [0, now.length])));
    paint(fig);
  };
  at.plot.addEventListener("pointerdown", point);
  at.plot.addEventListener("pointermove", point);
}

/**
 * What one figure on the page knows: the argument `fig`.
 * @typedef {object} Explorer
 * @property {Object<string, HTMLElement>} at - elements by their data-k
 * @property {Object<string, number|string>} now - values of the dials
 * @property {number} seed - of the weights
 * @property {Object<string, number[]>} curves - what `measure` gives for them
 * @property {object} memo - what was computed last, of the RNN and of the LSTM
 * @property {?object} work - the computation that goes on, if one does
 * @property {?object} frame - the chart's edges, for reading a point in it
 */

function figure(root, data) {
  root.innerHTML = markup(data);
  const at = ui.refs(root);
  const fig = {
    at,
    data,
    speak: ui.speaker(at.live),
    radios: [...root.querySelectorAll("[name=init]")],
    presets: root.querySelectorAll("[data-preset]"),
    frame: null,
    memo: {},
    work: null,
    again: false,
  };
  listen(fig);
  listenToLag(fig);
  load(fig, data.preset);
  fig.work = measure(fig);
  compute(fig);
  paint(fig);
  ui.onWidth(root, () => paint(fig));
}
