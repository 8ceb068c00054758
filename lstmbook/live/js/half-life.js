// A memory that is written once: what a forget bias leaves of it, set against a lag.
const AXIS = [Math.log10(0.4), Math.log10(3000)];
const CELLS = 48;

/** Gate, half-life, what is left after `lag` steps, and the gradient of the bias (4.1.6). */
const numbers = (bias, lag) => {
  const gate = 1 / (1 + Math.exp(-bias));
  const left = Math.pow(gate, lag);
  return {
    gate,
    half: Math.log(0.5) / Math.log(gate),
    left,
    gradient: (lag * left) / (1 + Math.exp(bias)),
  };
};

/** The bias whose half-life is so many steps. */
const biasOf = (half) => -Math.log(Math.pow(2, 1 / half) - 1);

const PRESETS = [
  { key: "pytorch", title: "PyTorch: 0", bias: () => 0 },
  { key: "keras", title: "Keras: 1", bias: () => 1 },
  { key: "half", title: "Half-life = lag", bias: (lag) => biasOf(lag) },
  { key: "steep", title: "Largest gradient", bias: (lag) => Math.log(lag) },
];

const row = (key, part, name, value) =>
  `<tr data-part="${part}" class="${part}"><th scope="row"><b>${name}</b> <span class="math">${value}</span></th><td data-k="val-${key}"></td></tr>`;

const markup = (data) =>
  `<p class="say">Something is written at step 0 and asked for at the lag. Pull the dot: <b class="f">which forget bias</b> still has it?</p>` +
  `<div class="row" role="group" aria-label="Starts">${PRESETS.map((p) => `<button type="button" data-preset="${p.key}" aria-pressed="false">${p.title}</button>`).join("")}</div>` +
  `<div class="side"><div class="stage"><svg class="plot c" role="img" data-k="plot" data-part="c"></svg>` +
  `<svg class="fade c" role="img" data-k="fade" height="34"></svg></div>` +
  `<div class="knobs" role="group" aria-label="Bias and lag">` +
  ui.slider({
    key: "bias",
    label: "Forget bias <i>b</i><sub>f</sub>",
    name: "Forget bias",
    min: data.biasRange[0],
    max: data.biasRange[1],
    step: 0.05,
    value: data.bias,
    tint: "f",
  }) +
  ui.slider({
    key: "lag",
    label: "Lag, in steps",
    name: "Lag",
    min: 0,
    max: 300,
    step: 1,
    value: 200,
    tint: "x",
  }) +
  `<table><tbody>` +
  row("gate", "f", "gate", "<i>f</i>") +
  row("half", "f", "half-life", "ln \u00bd / ln <i>f</i>") +
  row(
    "left",
    "c",
    "left at the lag",
    "<i>f</i><sup> lag</sup> = \u2202<i>c</i><sub>lag</sub>/\u2202<i>c</i><sub>0</sub>",
  ) +
  row(
    "gradient",
    "f",
    "gradient of the bias",
    "\u2202<i>c</i><sub>lag</sub>/\u2202<i>b</i><sub>f</sub>",
  ) +
  `</tbody></table></div></div>` +
  `<p class="verdict" data-k="verdict"></p><svg class="plot f" role="img" data-k="slope" data-part="f"></svg>` +
  (data.caption ? `<p class="cap">${data.caption}</p>` : "") +
  `<p class="sr" role="status" aria-live="polite" data-k="live"></p>`;

/** One sentence on whether the memory lasts, and whether the gate can learn that it should. */
function verdict({ half, left, gradient }, lag) {
  const kept =
    left >= 0.5
      ? "More than half is left at the lag"
      : left >= 0.01
        ? `${chart.sci(100 * left, 1)} % is left at the lag`
        : "Next to nothing is left at the lag";
  const learns =
    gradient >= 0.01
      ? `the bias gets a gradient of ${chart.sci(gradient)}.`
      : left >= 0.5
        ? "the gate is so far open that its bias hardly gets a gradient."
        : gradient < 1e-6
          ? "no gradient to speak of comes back: from this loss alone the gate is not told to keep."
          : `the bias gets a small gradient, ${chart.sci(gradient)}.`;
  return `Half-life ${chart.sci(half, 1)}, lag ${lag}. ${kept}, and ${learns}`;
}

/** Writes beside a vertical line of a chart what it is. */
function nameLine(svg, frame, x, text) {
  if (!frame) return;
  const right = frame.px(x) < frame.width - 100;
  svg.insertAdjacentHTML(
    "beforeend",
    `<text class="tick" x="${frame.px(x) + (right ? 6 : -6)}" y="36" text-anchor="${right ? "start" : "end"}">${text}</text>`,
  );
}

function paintCurve({ at, now }, found) {
  const points = Array.from({ length: 121 }, (_, k) => {
    const x = AXIS[0] + ((AXIS[1] - AXIS[0]) * k) / 120;
    return [x, Math.pow(found.gate, Math.pow(10, x))];
  });
  const frame = chart.draw(at.plot, {
    x: AXIS,
    y: [0, 1],
    height: 230,
    ticks: { x: [0, 1, 2, 3], y: [0, 0.5, 1] },
    formatX: (v) => Math.pow(10, v),
    labels: { x: "steps after the writing", y: "share that is left" },
    rules: [{ y: 0.5, text: "half" }],
    cursor: Math.log10(now.lag),
    series: [{ cls: "c", points }],
    marks: [
      { x: Math.log10(found.half), y: 0.5, cls: "f", r: 9 },
      { x: Math.log10(now.lag), y: found.left, cls: "c", r: 6 },
    ],
  });
  nameLine(at.plot, frame, Math.log10(now.lag), `lag ${now.lag}`);
  at.plot.setAttribute(
    "aria-label",
    `What is left of a memory against steps. Half-life ${chart.sci(found.half, 1)} steps; at lag ${now.lag}, ${chart.sci(found.left)} is left.`,
  );
  return frame;
}

/** The same fading step by step, from the writing to the lag. */
function paintFade({ at, now }, found) {
  const width = at.fade.clientWidth;
  if (!width) return;
  const cells = Math.min(CELLS, now.lag + 1);
  const part = width / cells;
  let out = "";
  for (let k = 0; k < cells; k++) {
    const step = cells > 1 ? (k * now.lag) / (cells - 1) : 0;
    out += `<rect x="${(k * part).toFixed(1)}" y="0" width="${Math.max(1, part - 1).toFixed(1)}" height="14" fill-opacity="${Math.pow(found.gate, step).toFixed(3)}"/>`;
  }
  out += `<path class="edge" d="M0 16.5H${width}"/><text class="tick" x="0" y="31">written</text><text class="tick" x="${width}" y="31" text-anchor="end">step ${now.lag}</text>`;
  at.fade.setAttribute("viewBox", `0 0 ${width} 34`);
  at.fade.innerHTML = out;
  at.fade.setAttribute(
    "aria-label",
    `The memory fades from full to ${chart.sci(found.left)} over ${now.lag} steps.`,
  );
}

/** For this lag: the gradient that each bias gets. */
function paintSlope({ at, now, data }, found) {
  const [low, high] = data.biasRange;
  const points = Array.from({ length: 91 }, (_, k) => {
    const bias = low + ((high - low) * k) / 90;
    return [bias, numbers(bias, now.lag).gradient];
  });
  const best = Math.log(now.lag);
  const frame = chart.draw(at.slope, {
    x: [low, high],
    y: [0, 0.4],
    height: 150,
    ticks: { x: [0, 2, 4, 6, 8], y: [0, 0.2, 0.4] },
    labels: { x: "forget bias", y: `gradient of the bias, from a loss at lag ${now.lag}` },
    cursor: best,
    series: [{ cls: "f", points }],
    marks: [{ x: now.bias, y: found.gradient, cls: "f", r: 6 }],
  });
  nameLine(at.slope, frame, best, `largest at ${ui.num(best, 1)}`);
  at.slope.setAttribute(
    "aria-label",
    `Gradient of the forget bias from a loss at lag ${now.lag}: largest at a bias of ${ui.num(best, 1)}, ${chart.sci(found.gradient)} at ${ui.num(now.bias, 1)}.`,
  );
}

function paint(fig) {
  const { at, now, presets } = fig;
  const found = numbers(now.bias, now.lag);
  ui.write(at["out-bias"], ui.num(now.bias, 2));
  ui.write(at["out-lag"], String(now.lag));
  at["in-bias"].value = now.bias;
  at["in-lag"].value = Math.round(100 * Math.log10(now.lag));
  at["in-lag"].setAttribute("aria-valuetext", `${now.lag} steps`);
  for (const key of ["bias", "lag"]) ui.fill(at["in-" + key]);
  ui.write(at["val-gate"], found.gate.toFixed(4));
  ui.write(at["val-half"], chart.sci(found.half, 1));
  ui.write(at["val-left"], chart.sci(found.left));
  ui.write(at["val-gradient"], chart.sci(found.gradient));
  for (const button of presets) {
    const preset = PRESETS.find((p) => p.key === button.dataset.preset);
    button.setAttribute("aria-pressed", Math.abs(preset.bias(now.lag) - now.bias) < 0.005);
  }
  fig.frame = paintCurve(fig, found);
  paintFade(fig, found);
  paintSlope(fig, found);
  const text = verdict(found, now.lag);
  ui.write(at.verdict, text);
  fig.speak(text);
}

const within = (v, [low, high]) => Math.min(high, Math.max(low, v));

/** The dot of the half-life and the line of the lag are pulled in the picture itself. */
function listenToPicture(fig) {
  const { at, now, data } = fig;
  let held = null;
  const pull = (event) => {
    const log = chart.under(at.plot, event, fig.frame, AXIS);
    if (held === "lag") now.lag = Math.round(within(Math.pow(10, log), data.lagRange));
    else now.bias = within(biasOf(Math.pow(10, log)), data.biasRange);
    paint(fig);
  };
  at.plot.addEventListener("pointerdown", (event) => {
    if (!fig.frame) return;
    const x = event.clientX - at.plot.getBoundingClientRect().left;
    const away = (steps) => Math.abs(fig.frame.px(Math.log10(steps)) - x);
    held = away(now.lag) < away(numbers(now.bias, 1).half) ? "lag" : "bias";
    at.plot.setPointerCapture(event.pointerId);
    pull(event);
  });
  at.plot.addEventListener("pointermove", (event) => held && pull(event));
  for (const end of ["pointerup", "pointercancel"])
    at.plot.addEventListener(end, () => (held = null));
}

function figure(root, data, host) {
  root.innerHTML = markup(data);
  const at = ui.refs(root);
  const fig = {
    at,
    data,
    now: { bias: data.bias, lag: data.lag },
    presets: root.querySelectorAll("[data-preset]"),
    speak: ui.speaker(at.live),
    frame: null,
  };
  at["in-bias"].addEventListener("input", (event) => {
    fig.now.bias = Number(event.target.value);
    paint(fig);
  });
  at["in-lag"].addEventListener("input", (event) => {
    fig.now.lag = Math.round(Math.pow(10, event.target.value / 100));
    paint(fig);
  });
  for (const button of fig.presets)
    button.addEventListener("click", () => {
      const preset = PRESETS.find((p) => p.key === button.dataset.preset);
      fig.now.bias = within(preset.bias(fig.now.lag), data.biasRange);
      paint(fig);
    });
  listenToPicture(fig);
  parts.join(root, host.id);
  paint(fig);
  ui.onWidth(root, (width) => {
    root.classList.toggle("narrow", width < 560);
    paint(fig);
  });
}
