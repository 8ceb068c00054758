// How much a state k steps back still moves the last output: plain RNN beside LSTM.
const FLOOR = 1e-3,
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

/** Root mean square of the singular values of a Jacobian (H, H), 1 for the identity. */
const size = (jacobian, H) => {
  let sum = 0;
  for (const v of jacobian) sum += v * v;
  return Math.sqrt(sum / H);
};

/** The RNN and the LSTM at the start that the dials ask for. */
function networks({ D, H }, now, seed) {
  const rnn = core.start("RNN", D, H, seed);
  for (let n = 0; n < rnn.params.U.length; n++) rnn.params.U[n] *= now.rho;
  const bias =
    now.init === "chrono" ? { chrono: now.tmax } : { forget: now.forget, input: now.input };
  return { rnn, lstm: core.start("LSTM", D, H, seed, bias) };
}

/** The size of the gradient at each lag 0 ... T, one list a line of the chart. */
function measure(data, now, seed) {
  const { D, H } = data;
  const rng = core.random(seed + 1000);
  const T = now.length;
  const x = new Float64Array(T * D);
  for (let n = 0; n < x.length; n++) x[n] = now.noise * rng.normal();
  const unit = new Float64Array(H * H);
  for (let k = 0; k < H; k++) unit[k * H + k] = 1;
  const { rnn, lstm } = networks(data, now, seed);
  const curves = { rnn: [], c: [], h: [] };
  for (const [net, h, c] of [
    [rnn, "rnn", null],
    [lstm, "h", "c"],
  ]) {
    const tape = core.forward(net, x, T, 1);
    core.backward(net, tape, {
      dh: unit,
      rows: H,
      weights: false,
      each: (t, dh, dc) => {
        curves[h][T - t] = size(dh, H);
        if (c) curves[c][T - t] = size(dc, H);
      },
    });
  }
  // The last memory acts on the last output at once; the tape counts from the step before.
  curves.c[0] = NaN;
  return curves;
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

function compute(fig) {
  fig.curves = measure(fig.data, fig.now, fig.seed);
}

function update(fig) {
  compute(fig);
  paint(fig);
  const { now, curves, speak } = fig;
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
  };
  listen(fig);
  listenToLag(fig);
  load(fig, data.preset);
  compute(fig);
  paint(fig);
  ui.onWidth(root, (width) => {
    root.classList.toggle("narrow", width < 640);
    paint(fig);
  });
}
