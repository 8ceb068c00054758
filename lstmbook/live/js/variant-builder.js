// Switches for the parts of a cell; diagram, equations, parameter count and behaviour follow.
const SWITCHES = {
  f: "forget gate",
  i: "input gate",
  o: "output gate",
  coupled: "coupled: <i>f</i> = 1 \u2212 <i>i</i>",
  peephole: "peepholes: gates see <i>c</i>",
  full: "gates see the gates of <i>t</i> \u2212 1",
  gLinear: "candidate without tanh",
  hLinear: "output without tanh",
};
const TINT = {
  f: "f",
  i: "i",
  o: "o",
  coupled: "i",
  peephole: "c",
  full: "x",
  gLinear: "g",
  hLinear: "h",
};

// One unit with readable weights; x = 1 opens the input gate, x = -1 closes the forget gate.
const CELL = {
  i: [8, -1, -4],
  f: [8, 1, 4],
  g: [2, 0, 0],
  o: [0, 1, 2],
  r: [0, 0, 2],
  z: [-8, 1, 4],
  n: [2, 0, 0],
};

const box = (key) =>
  `<label class="switch ${TINT[key]}"><input type="checkbox" data-k="sw-${key}"><span>${SWITCHES[key]}</span></label>`;
const size = (data, key, word) =>
  ui.slider({
    key,
    label: word,
    name: key === "D" ? "Input size D" : "Hidden size H",
    min: 1,
    max: 256,
    step: 1,
    value: data.sizes[key],
    tint: "x",
  });

const markup = (data) =>
  `<div class="row" role="group" aria-label="Presets">${Object.entries(data.presets)
    .map(
      ([key, p]) =>
        `<button type="button" data-preset="${key}" aria-pressed="false">${p.title}</button>`,
    )
    .join("")}</div>` +
  `<div class="say stack"><p class="on"><b data-k="title"></b><br><span class="paper" data-k="paper"></span></p>${reserve(data, (s) => headOf(variants.name(s)))}</div>` +
  `<div class="side"><div class="stage"><div data-k="picture"></div><div class="stack"><div class="eqs on" data-k="eqs"></div>${reserve(data, (s) => `<div class="eqs">${equationsOf(s, "rq")}</div>`)}</div></div>` +
  `<div class="knobs"><div class="stack"><fieldset data-k="lstm"><legend>Switches</legend>${Object.keys(SWITCHES).map(box).join("")}</fieldset>` +
  `<fieldset data-k="gru"><legend>GRU</legend><label class="switch i"><input type="checkbox" data-k="sw-after"><span>reset after the product with <i>U</i> (as in PyTorch and Keras)</span></label><p class="note">To go back to the LSTM, choose a preset.</p></fieldset></div>` +
  `<p class="head">Parameters</p><div class="grid2">${size(data, "D", "Input size <i>D</i>")}${size(data, "H", "Hidden size <i>H</i>")}</div>` +
  `<p class="count"><b data-k="number"></b> <span class="formula math" data-k="formula"></span></p><div class="bar" aria-hidden="true"><span data-k="bar"></span></div><p class="note" data-k="ratio"></p><p class="code" data-k="code"></p></div></div>` +
  `<p class="head">The same input through this cell and through the LSTM (dotted)</p><svg class="plot" role="img" data-k="plot"></svg><p class="note" data-k="behaves"></p>` +
  (data.caption ? `<p class="cap">${data.caption}</p>` : "") +
  `<p class="sr" role="status" aria-live="polite" data-k="live"></p>`;

/** The memory and output of the unit with the blocks of `spec`, for the inputs of the figure. */
function respond(spec, inputs) {
  const letters = [...spec.blocks];
  const row = (n) => letters.map((k) => CELL[k][n]);
  const net = core.layer(spec, 1, 1, {
    W: row(0),
    U: row(1),
    b: row(2),
    p_i: spec.peephole ? [-1] : undefined,
    p_f: spec.peephole ? [1] : undefined,
    p_o: spec.peephole ? [1] : undefined,
  });
  const tape = core.forward(net, Float64Array.from(inputs), inputs.length, 1);
  return { c: tape.c ? [...tape.c].slice(1) : null, h: [...tape.h].slice(1) };
}

/** All switches that a preset means: those that it does not name stand as in the LSTM. */
const full = (data, set) => ({ ...data.start, ...set });

const equationsOf = (s, cls) =>
  variants
    .equations(s)
    .map(
      ([part, word, text]) =>
        `<div class="${cls} ${part}"><span class="eq-name">${word}</span><span class="eq-sym math">${text}</span></div>`,
    )
    .join("");

/** Every preset's words and equations, unseen: they keep the room that the tallest one needs. */
const reserve = (data, body) =>
  Object.values(data.presets)
    .map((preset) => `<div class="room" aria-hidden="true">${body(full(data, preset.set))}</div>`)
    .join("");
const headOf = ({ title, paper }) => `<b>${title}</b><br><span class="paper">${paper}</span>`;

/** The preset that the switches `s` are now, or null. */
const presetOf = (data, s) => {
  const same = (set) =>
    Object.entries(full(data, set)).every(([key, value]) => !!s[key] === !!value);
  return Object.keys(data.presets).find((name) => same(data.presets[name].set)) || null;
};

function paintSwitches({ at, s }) {
  for (const key of Object.keys(SWITCHES)) at["sw-" + key].checked = !!s[key];
  at["sw-coupled"].disabled = !(s.f && s.i);
  for (const key of ["peephole", "full"]) at["sw-" + key].disabled = !variants.gates(s);
  at["sw-after"].checked = !!s.after;
  at.lstm.classList.toggle("on", !s.gru);
  at.gru.classList.toggle("on", !!s.gru);
}

function paintCell({ at, s }, who) {
  ui.write(at.title, who.title);
  ui.write(at.paper, who.paper);
  at.picture.innerHTML = variants.picture(s);
  at.eqs.innerHTML = equationsOf(s, "eq");
}

function paintCount({ at, sizes }, who, total) {
  const base = 4 * sizes.H * (sizes.D + sizes.H + 1);
  for (const key of ["D", "H"]) {
    ui.write(at["out-" + key], String(sizes[key]));
    ui.fill(at["in-" + key]);
  }
  ui.write(at.number, total.value.toLocaleString("en-US"));
  at.formula.innerHTML = "= " + total.text;
  at.bar.style.width = Math.min(100, (100 * total.value) / (2 * base)).toFixed(1) + "%";
  ui.write(
    at.ratio,
    `${ui.num((100 * total.value) / base, 0)} % of the LSTM's ${base.toLocaleString("en-US")}`,
  );
  at.code.innerHTML = who.cls
    ? `<code>lb.${who.cls}(${sizes.D}, ${sizes.H}${who.args || ""})</code>`
    : "No class of the package.";
}

/** The response of this cell over that of the LSTM. */
function paintPlot(svg, inputs, own, base) {
  const T = inputs.length;
  const points = (list) => list.map((v, k) => [k + 1, v]);
  const all = [...inputs, ...own.h, ...(own.c || []), ...base.c];
  const high = Math.ceil(Math.max(...all)),
    low = Math.floor(Math.min(...all));
  const ticks = [];
  for (let v = low; v <= high; v += Math.ceil((high - low) / 5)) ticks.push(v);
  const steps = inputs.flatMap((v, k) => [
    [k + 0.5, v],
    [k + 1.5, v],
  ]);
  chart.draw(svg, {
    x: [0.5, T + 0.5],
    y: [low, high],
    height: 190,
    left: 30,
    ticks: { x: [1, 5, 10, 15, 20].filter((v) => v <= T), y: ticks },
    labels: { x: "step" },
    format: (v) => ui.num(v, 0),
    series: [
      { cls: "x thin", points: steps },
      { cls: "c ghost", dash: "2 4", points: points(base.c) },
      { cls: "h ghost", dash: "2 4", points: points(base.h) },
      { cls: "h", points: points(own.h) },
      ...(own.c ? [{ cls: "c", points: points(own.c) }] : []),
    ],
  });
}

function paintBehaviour({ at, data, s }) {
  const own = respond(s.gru ? core.SPECS.GRU : variants.spec(s), data.x),
    base = respond(core.SPECS.LSTM, data.x);
  const T = data.x.length;
  paintPlot(at.plot, data.x, own, base);
  const end = own.c
    ? `memory ${ui.num(own.c[T - 1])}, output ${ui.num(own.h[T - 1])}`
    : `output ${ui.num(own.h[T - 1])}`;
  at.behaves.innerHTML = `Grey: input <i>x</i>. ${own.c ? '<b class="c">Pink: memory <i>c</i>.</b> ' : ""}<b class="h">Light blue: output <i>h</i>.</b> At the last step: ${end}${s.full && !s.gru ? " (with R = 0)" : ""}.`;
  at.plot.setAttribute(
    "aria-label",
    `Response to ${T} inputs. At the last step: ${end}; the LSTM has memory ${ui.num(base.c[T - 1])}.`,
  );
}

function paint(fig, quiet) {
  const { s, sizes } = fig;
  const who = variants.name(s),
    total = variants.count(s, sizes.D, sizes.H);
  paintSwitches(fig);
  paintCell(fig, who);
  paintCount(fig, who, total);
  paintBehaviour(fig);
  for (const button of fig.presets)
    button.setAttribute("aria-pressed", button.dataset.preset === fig.preset);
  if (!quiet) fig.speak(`${who.title}. ${total.value} parameters.`);
}

function load(fig, name) {
  fig.preset = name;
  fig.s = full(fig.data, fig.data.presets[name].set);
}

function listen(fig) {
  const { at, data, sizes } = fig;
  for (const key of [...Object.keys(SWITCHES), "after"])
    at["sw-" + key].addEventListener("change", (event) => {
      const { s } = fig;
      s[key] = event.target.checked;
      if (!s.f || !s.i) s.coupled = false;
      if (!variants.gates(s)) s.peephole = s.full = false;
      fig.preset = presetOf(data, s);
      paint(fig);
    });
  for (const key of ["D", "H"])
    at["in-" + key].addEventListener("input", (event) => {
      sizes[key] = Number(event.target.value);
      paint(fig);
    });
  for (const button of fig.presets)
    button.addEventListener("click", () => {
      load(fig, button.dataset.preset);
      paint(fig);
    });
}

/**
 * What one figure on the page knows: the argument `fig`.
 * @typedef {object} Builder
 * @property {Object<string, HTMLElement>} at - elements by their data-k
 * @property {Object<string, boolean>} s - the switches
 * @property {?string} preset - the preset that the switches are, if any
 * @property {{D: number, H: number}} sizes
 */

function figure(root, data) {
  root.innerHTML = markup(data);
  const at = ui.refs(root);
  const fig = {
    at,
    data,
    sizes: { ...data.sizes },
    speak: ui.speaker(at.live),
    presets: root.querySelectorAll("[data-preset]"),
  };
  load(fig, data.preset);
  listen(fig);
  paint(fig, true);
  ui.onWidth(root, () => paint(fig, true));
}
