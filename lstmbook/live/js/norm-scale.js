// Gates of an LSTM and of a layer-normalised one on the same inputs, at any scale of the inputs.
// Blocks of W (D, 4H) and U (H, 4H): i, f, g, o. Gains are 1 and shifts 0, as training starts.
const EPS = 1e-5;
const KINDS = { plain: "LSTM", norm: "LayerNorm LSTM" };
const STUCK = 0.05;

// ---- the numbers -------------------------------------------------------------------------
/** Mean 0 and variance 1 over the entries of v, in place. */
function normalise(v) {
  let mean = 0,
    square = 0;
  for (const u of v) mean += u / v.length;
  for (let k = 0; k < v.length; k++) {
    v[k] -= mean;
    square += (v[k] * v[k]) / v.length;
  }
  const factor = 1 / Math.sqrt(square + EPS);
  for (let k = 0; k < v.length; k++) v[k] *= factor;
}

/** One step of one sequence: z and the gates; h and c are changed in place. */
function step({ D, H, params }, norm, x, at, scale, h, c) {
  const N = 4 * H;
  const fromX = new Float64Array(N),
    fromH = new Float64Array(N);
  for (let d = 0; d < D; d++)
    for (let n = 0; n < N; n++) fromX[n] += scale * x[at + d] * params.W[d * N + n];
  core.addProduct(fromH, 0, h, 0, params.U, 1, H, N);
  if (norm) {
    normalise(fromX);
    normalise(fromH);
  }
  const z = fromX.map((v, n) => v + fromH[n] + params.b[n]);
  const q = new Float64Array(H);
  for (let k = 0; k < H; k++) {
    c[k] = core.sigmoid(z[H + k]) * c[k] + core.sigmoid(z[k]) * Math.tanh(z[2 * H + k]);
    q[k] = c[k];
  }
  if (norm) normalise(q);
  for (let k = 0; k < H; k++) h[k] = core.sigmoid(z[3 * H + k]) * Math.tanh(q[k]);
  return z;
}

/** All sequences: share of stuck gates, mean slope, and z of the gates in the last step of the first. */
function run(data, norm, scale) {
  const { H, D, T, B, x } = data;
  let stuck = 0,
    slope = 0,
    dots = null;
  for (let row = 0; row < B; row++) {
    const h = new Float64Array(H),
      c = new Float64Array(H);
    let z;
    for (let t = 0; t < T; t++) {
      z = step(data, norm, x, (row * T + t) * D, scale, h, c);
      for (let n = 0; n < 4 * H; n++) {
        if (n >= 2 * H && n < 3 * H) continue;
        const gate = core.sigmoid(z[n]);
        if (gate < STUCK || gate > 1 - STUCK) stuck++;
        slope += gate * (1 - gate);
      }
    }
    dots = dots || z;
  }
  const count = B * T * 3 * H;
  return { stuck: stuck / count, slope: slope / count, dots };
}

// ---- what stands in the figure -----------------------------------------------------------
const LEFT = 34,
  REACH = 10;

function markup(data) {
  const panel = (kind) =>
    `<div class="panel"><p class="title">${KINDS[kind]}</p><p class="big"><b data-k="stuck-${kind}"></b> of the gates stuck</p>` +
    `<svg role="img" class="plot" data-k="plot-${kind}"></svg>` +
    `<p class="note">mean slope of a gate <b data-k="slope-${kind}"></b>, at most 0.25</p></div>`;
  return (
    `<p class="say" data-k="say"></p><div class="dials">` +
    ui.slider({
      key: "scale",
      label: "Inputs times",
      name: "Inputs times, a power of ten",
      min: -2,
      max: 3,
      step: 0.25,
      value: Math.log10(data.scale),
      tint: "x",
    }) +
    `<label class="tick-box"><input type="checkbox" data-k="divide"> Divide the inputs by their spread first</label></div>` +
    `<div class="panels">${Object.keys(KINDS).map(panel).join("")}</div>` +
    `<p class="keys"><span class="f"><span class="dot"></span>forget</span> <span class="i"><span class="dot"></span>input</span> <span class="o"><span class="dot"></span>output gate</span></p>` +
    `<p class="cap">${data.caption}</p><p class="sr" role="status" aria-live="polite" data-k="live"></p>`
  );
}

/** The curve of sigma with one dot for each gate; what lies beyond the edge is put on it. */
function plot(svg, { dots }, H) {
  const width = svg.clientWidth,
    height = 150;
  if (width < 100) return;
  const px = (z) => LEFT + ((z + REACH) / (2 * REACH)) * (width - LEFT - 10);
  const py = (s) => height - 24 - s * (height - 38);
  const clamp = (z) => Math.max(-REACH, Math.min(REACH, z));
  const curve = Array.from({ length: 81 }, (_, k) => {
    const z = -REACH + (k * REACH) / 40;
    return `${px(z).toFixed(1)} ${py(core.sigmoid(z)).toFixed(1)}`;
  });
  const circles = ["i", "f", "", "o"].flatMap((part, block) =>
    Array.from(part ? dots.subarray(block * H, block * H + H) : [], (z) => {
      return `<circle class="${part}" cx="${px(clamp(z)).toFixed(1)}" cy="${py(core.sigmoid(z)).toFixed(1)}" r="5"/>`;
    }),
  );
  const band = (low, high) =>
    `<rect class="stuck" x="${LEFT}" y="${py(high)}" width="${width - LEFT - 10}" height="${py(low) - py(high)}"/>`;
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.innerHTML =
    band(0, STUCK) +
    band(1 - STUCK, 1) +
    `<path class="sigma" d="M${curve.join("L")}"/>${circles.join("")}` +
    [0, 0.5, 1]
      .map(
        (s) => `<text class="tick" x="${LEFT - 7}" y="${py(s) + 4}" text-anchor="end">${s}</text>`,
      )
      .join("") +
    [-10, -5, 0, 5, 10]
      .map(
        (z) =>
          `<text class="tick" x="${px(z)}" y="${height - 4}" text-anchor="middle">${String(z).replace("-", "\u2212")}</text>`,
      )
      .join("");
}

const percent = (share) => Math.round(100 * share) + " %";
const factor = (power) => {
  const value = Math.pow(10, power);
  return value >= 10
    ? Math.round(value).toLocaleString("en")
    : String(Number(value.toPrecision(2)));
};

function paint(fig) {
  const { at, data, power, divide, found } = fig;
  for (const kind in KINDS) {
    ui.write(at["stuck-" + kind], percent(found[kind].stuck));
    ui.write(at["slope-" + kind], ui.num(found[kind].slope));
    plot(at["plot-" + kind], found[kind], data.H);
    at["plot-" + kind].setAttribute(
      "aria-label",
      `${KINDS[kind]}: gates on the curve of sigma, ${percent(found[kind].stuck)} below 0.05 or above 0.95`,
    );
  }
  at["in-scale"].value = power;
  ui.fill(at["in-scale"]);
  ui.write(at["out-scale"], factor(power));
  const times = divide
    ? "Divided by their spread, the inputs are the same whatever the scale"
    : `Inputs times ${factor(power)}`;
  ui.write(
    at.say,
    `${times}: of 100 gates the LSTM has ${Math.round(100 * found.plain.stuck)} stuck near 0 or 1, where the slope is nearly 0; the layer-normalised one ${Math.round(100 * found.norm.stuck)}.`,
  );
}

function update(fig) {
  const { data, power, divide } = fig;
  const scale = divide ? 1 / data.spread : Math.pow(10, power);
  fig.found = { plain: run(data, false, scale), norm: run(data, true, scale) };
  paint(fig);
}

function figure(root, data) {
  root.innerHTML = markup(data);
  const at = ui.refs(root);
  const fig = { at, data, power: Math.log10(data.scale), divide: false };
  const speak = ui.speaker(at.live);
  at["in-scale"].addEventListener("input", (event) => {
    fig.power = Number(event.target.value);
    update(fig);
    speak(at.say.textContent);
  });
  at.divide.addEventListener("change", () => {
    fig.divide = at.divide.checked;
    update(fig);
    speak(at.say.textContent);
  });
  update(fig);
  ui.onWidth(root, (width) => {
    root.classList.toggle("narrow", width < 560);
    paint(fig);
  });
}
