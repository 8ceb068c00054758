// A loss of one weight, and where updates at the chosen rate take it.
const WEIGHTS = [-4, 12],
  LOSSES = [0, 4];

const sigmoid = (z) => 1 / (1 + Math.exp(-z));
const mean = (data, f) => data.x.reduce((sum, x, k) => sum + f(x, data.y[k]), 0) / data.x.length;
const loss = (data, w) => mean(data, (x, y) => Math.log1p(Math.exp(-(2 * y - 1) * w * x)));
const slope = (data, w) => mean(data, (x, y) => (sigmoid(w * x) - y) * x);

/** The weight before and after each of `many` updates. */
function path(data, rate, way, many) {
  let w = data.first,
    m = 0,
    v = 0;
  const found = [w];
  for (let t = 1; t <= many; t++) {
    const g = slope(data, w);
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g * g;
    const adam = m / (1 - 0.9 ** t) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8);
    w -= rate * (way === "adam" ? adam : g);
    found.push(w);
  }
  return found;
}

const markup = (data) =>
  `<div class="dials"><span class="segments" role="radiogroup" aria-label="Optimizer">${Object.entries(
    data.ways,
  )
    .map(
      ([way, name]) =>
        `<label><input type="radio" name="way" value="${way}"><span>${name}</span></label>`,
    )
    .join("")}</span>` +
  ui.slider({
    key: "rate",
    label: "Learning rate",
    name: "Learning rate",
    min: 0,
    max: data.rates.length - 1,
    step: 1,
    value: data.rate,
  }) +
  ui.slider({
    key: "many",
    label: "Updates",
    name: "Updates",
    min: 0,
    max: data.most,
    step: 1,
    value: 0,
  }) +
  `<button type="button" data-k="step">One update</button></div><p class="say" data-k="say"></p>` +
  `<svg class="plot" role="img" data-k="plot"></svg>` +
  (data.caption ? `<p class="cap">${data.caption}</p>` : "") +
  `<p class="sr" role="status" aria-live="polite" data-k="live"></p>`;

const inside = (w) => Math.min(WEIGHTS[1], Math.max(WEIGHTS[0], w));

function draw(svg, data, weights) {
  const curve = [];
  for (let w = WEIGHTS[0]; w <= WEIGHTS[1]; w += 0.1) curve.push([w, loss(data, w)]);
  const dots = weights.map((w) => [inside(w), loss(data, w)]);
  chart.draw(svg, {
    x: WEIGHTS,
    y: LOSSES,
    height: 260,
    left: 34,
    ticks: { x: [-4, 0, 4, 8, 12], y: [0, 1, 2, 3, 4] },
    labels: { x: "weight <tspan font-style='italic'>w</tspan>", y: "loss" },
    rules: [{ y: data.guess, text: "guessing" }],
    series: [
      { cls: "x", points: curve },
      { cls: "hop", points: dots },
    ],
    marks: dots.map(([x, y], k) => ({
      x,
      y,
      cls: k === dots.length - 1 ? "now" : "was",
      r: k === dots.length - 1 ? 7 : 3.5,
    })),
  });
}

function figure(root, data) {
  root.innerHTML = markup(data);
  const at = ui.refs(root);
  const speak = ui.speaker(at.live);
  const state = { way: data.way };
  root.querySelector(`[name=way][value="${data.way}"]`).checked = true;

  const show = () => {
    const rate = data.rates[at["in-rate"].value];
    const many = Number(at["in-many"].value);
    const weights = path(data, rate, state.way, many);
    const w = weights[many];
    for (const key of ["rate", "many"]) ui.fill(at[`in-${key}`]);
    ui.write(at["out-rate"], String(rate));
    at["in-rate"].setAttribute("aria-valuetext", String(rate));
    ui.write(at["out-many"], String(many));
    at.step.disabled = many >= data.most;
    const said = many === 1 ? "1 update" : `${many} updates`;
    at.say.innerHTML =
      `${many ? `After ${said}` : "Before any update"} the loss is <b data-k="loss">${ui.num(loss(data, w))}</b>` +
      ` and its slope <b>${ui.num(slope(data, w))}</b>.`;
    at.plot.setAttribute("aria-label", `Loss over the weight, ${said} drawn`);
    draw(at.plot, data, weights);
  };
  const changed = () => {
    show();
    speak(at.say.textContent);
  };
  for (const key of ["rate", "many"]) at[`in-${key}`].addEventListener("input", changed);
  at.step.addEventListener("click", () => {
    at["in-many"].value = Number(at["in-many"].value) + 1;
    changed();
  });
  root.addEventListener("change", ({ target }) => {
    if (target.name !== "way") return;
    state.way = target.value;
    changed();
  });
  ui.onWidth(root, show);
  show();
}
