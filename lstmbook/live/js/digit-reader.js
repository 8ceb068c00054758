// An LSTM reads a digit row by row; its belief after every row stands beside that row.
const N = 8,
  GRID = 32,
  PEN = 2.1;
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

const SURE = 0.6, // below it the answer names two digits
  BEAT = 240, // milliseconds a row is read
  QUICK = 90; // while the pen is down

/** Weights from base64 of one byte a number. */
const decode = ({ q, scale }) =>
  Float64Array.from(atob(q), (letter) => ((letter.charCodeAt(0) << 24) >> 24) * scale);

const cells = (name, columns, x0) =>
  Array.from(
    { length: N * columns },
    (_, n) =>
      `<rect class="${name}" x="${x0 + (n % columns)}" y="${Math.floor(n / columns)}" width="1" height="1"/>`,
  ).join("");
const markup = (data) =>
  `<p class="say">Draw a digit, or take one of these. The network reads it from top to bottom, one row of eight numbers a step.</p>` +
  `<div class="row" role="group" aria-label="Digits from the test set">${data.examples.map((e, n) => `<button type="button" data-example="${n}" aria-pressed="false">${e.name}</button>`).join("")}<button type="button" data-k="clear">Clear</button></div>` +
  `<div class="main"><div class="pad"><p class="head">Draw here</p><svg viewBox="0 0 100 100" class="sheet" data-k="sheet" aria-hidden="true"><path data-k="pen"/></svg></div>` +
  `<div class="see"><p class="head heads"><span>What it sees</span><span>What it believes after each row</span></p>` +
  `<svg viewBox="-0.1 -0.1 19.8 9.2" data-k="svg" tabindex="0" role="application" aria-roledescription="drawing of 8 by 8 pixels" aria-label="Pixels of the digit. Arrow keys move, space inks, backspace erases."><g class="ink">${cells("px", N, 0)}</g><g class="belief">${cells("bx", data.classes.length, 9.4)}</g>` +
  data.classes
    .map(
      (name, k) =>
        `<text class="digit" x="${9.9 + k}" y="8.75" text-anchor="middle" data-k="digit-${k}">${name}</text>`,
    )
    .join("") +
  `<rect class="frame" data-k="frame" x="0" width="19.4" height="1"/><rect class="at" data-k="at" width="1" height="1"/></svg>` +
  ui.slider({
    key: "row",
    label: "Rows read",
    name: "Rows read",
    min: 0,
    max: N,
    step: 1,
    value: N,
    tint: "x",
  }) +
  `<div class="row"><button type="button" class="go" data-k="read">Read it</button></div></div><div class="result">` +
  `<div class="answer"><span class="big" data-k="answer"></span><span data-k="why"></span></div><div class="bars" data-k="bars" aria-hidden="true">${data.classes.map((name, k) => `<span class="bar"><i data-k="bar-${k}"></i><b>${name}</b></span>`).join("")}</div></div></div>` +
  (data.caption ? `<p class="cap">${data.caption}</p>` : "") +
  `<p class="sr" role="status" aria-live="polite" data-k="live"></p>`;

/** How far the ink is from the nearest mean digit, in units of the furthest that was learned. */
function strangeness({ means, data }, ink) {
  if (!means) return 0;
  let least = Infinity;
  for (let k = 0; k < means.length; k += N * N) {
    let sum = 0;
    for (let n = 0; n < N * N; n++) sum += (ink[n] - means[k + n]) ** 2;
    least = Math.min(least, sum);
  }
  return Math.sqrt(least) / data.known.limit;
}

/** Probabilities after 0 ... 8 rows: softmax of h W + b. */
function beliefs({ net, weights }, ink) {
  const tape = core.forward(
    net,
    Float64Array.from(ink, (v) => v / 16),
    N,
    1,
  );
  const probs = [];
  for (let t = 0; t <= N; t++) {
    const logits = Float64Array.from(weights["head.b"]);
    const W = weights["head.W"];
    core.addProduct(logits, 0, tape.h, t * net.H, W, 1, net.H, logits.length);
    const top = Math.max(...logits),
      e = logits.map((z) => Math.exp(z - top)),
      sum = e.reduce((a, b) => a + b, 0);
    probs.push([...e].map((v) => v / sum));
  }
  return probs;
}

/**
 * Strokes -> 8 x 8: fit the drawing to the full height as the data were, draw it with a thick
 * pen on 32 x 32 points, count the points in blocks of 4 x 4.
 */
function rasterise(strokes) {
  const all = strokes.flat();
  const ink = new Uint8Array(N * N);
  if (!all.length) return ink;
  const xs = all.map((p) => p[0]),
    ys = all.map((p) => p[1]);
  const [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const room = GRID - 2 * PEN,
    scale = room / Math.max(y1 - y0, (x1 - x0) * 1.0, 0.08);
  const place = ([x, y]) => [
    GRID / 2 + (x - (x0 + x1) / 2) * scale,
    GRID / 2 + (y - (y0 + y1) / 2) * scale,
  ];
  const lines = strokes.map((stroke) => stroke.map(place));
  for (let v = 0; v < GRID; v++)
    for (let u = 0; u < GRID; u++) {
      const hit = lines.some((line) =>
        line.some((b, n) => near(u + 0.5, v + 0.5, line[Math.max(0, n - 1)], b)),
      );
      if (hit) ink[Math.floor(v / 4) * N + Math.floor(u / 4)] += 1;
    }
  return ink;
}

/** Whether the pen that goes from a to b covers the point (u, v). */
const near = (u, v, a, b) => {
  const dx = b[0] - a[0],
    dy = b[1] - a[1],
    long = dx * dx + dy * dy;
  const t = long ? Math.max(0, Math.min(1, ((u - a[0]) * dx + (v - a[1]) * dy) / long)) : 0;
  return Math.hypot(u - a[0] - t * dx, v - a[1] - t * dy) <= PEN;
};

function compute(fig) {
  fig.probs = beliefs(fig, fig.ink);
  fig.empty = !fig.ink.some((v) => v);
  fig.strange = !fig.empty && strangeness(fig, fig.ink) > 1;
}

function paintPixels({ at, px, bx, ink, row, cursor, probs, data, empty }) {
  const K = data.classes.length;
  px.forEach((node, n) => {
    node.style.fillOpacity = ink[n] / 16;
    node.classList.toggle("later", Math.floor(n / N) >= row);
  });
  bx.forEach((node, n) => {
    const t = Math.floor(n / K);
    node.style.fillOpacity = t < row && !empty ? probs[t + 1][n % K] : 0;
  });
  ui.set(at.frame, { y: Math.max(0, row - 1), opacity: row && !empty ? 1 : 0 });
  ui.set(at.at, { x: cursor[1], y: cursor[0] });
}

/** The answer in words: {digit, text}. An empty pad and a drawing that is no digit say so. */
function answerOf({ data, row, probs, chosen, empty, strange }) {
  if (empty) return { digit: "", text: "Nothing drawn yet." };
  const now = probs[row];
  const [best, next] = now.map((p, k) => [p, k]).sort((a, b) => b[0] - a[0]);
  const share = (p) => `${ui.num(100 * p[0], 1)} %`;
  const rows = `after ${row} ${row === 1 ? "row" : "rows"}`;
  const written = chosen === null ? "" : `; written as a ${data.examples[chosen].name}`;
  const digit = data.classes[best[1]];
  if (strange && row === N)
    return {
      digit: digit + "?",
      text: `Unlike every digit that it learned from. It says ${digit} (${share(best)}), for it must say one of ten.`,
    };
  if (best[0] < SURE)
    return {
      digit: digit + "?",
      text: `Not sure ${rows}: ${digit} ${share(best)}, ${data.classes[next[1]]} ${share(next)}${written}`,
    };
  return { digit, text: `${share(best)} ${rows}${written}` };
}

function paintAnswer(fig) {
  const { at, probs, row, empty } = fig;
  const now = probs[row],
    best = now.indexOf(Math.max(...now));
  now.forEach((p, k) => {
    at["bar-" + k].style.height = (empty ? 0 : 100 * p).toFixed(1) + "%";
    at["digit-" + k].classList.toggle("best", k === best && !empty);
  });
  const { digit, text } = answerOf(fig);
  ui.write(at.answer, digit);
  ui.write(at.why, text);
  at.read.disabled = empty;
}

function paint(fig) {
  const { at, row } = fig;
  paintPixels(fig);
  at["in-row"].value = row;
  ui.fill(at["in-row"]);
  ui.write(at["out-row"], `${row} of ${N}`);
  at["in-row"].setAttribute("aria-valuetext", `${row} of ${N} rows`);
  paintAnswer(fig);
  for (const button of fig.examples)
    button.setAttribute("aria-pressed", Number(button.dataset.example) === fig.chosen);
}

function tell(fig) {
  const { digit, text } = answerOf(fig);
  fig.speak(`${digit} ${text}`.trim());
}

function stop(fig) {
  clearInterval(fig.timer);
  fig.timer = 0;
}

/** Rows are read one after the other, unless the reader asks for less motion. */
function read(fig) {
  stop(fig);
  if (ui.calm() || fig.empty) {
    fig.row = N;
    paint(fig);
    return tell(fig);
  }
  fig.row = 0;
  paint(fig);
  fig.timer = setInterval(() => {
    if (!fig.host.isConnected || fig.row >= N) {
      stop(fig);
      return tell(fig);
    }
    fig.row += 1;
    paint(fig);
  }, BEAT);
}

/** What is drawn so far as pixels and beliefs. */
function follow(fig) {
  fig.ink = rasterise(fig.strokes);
  compute(fig);
}

/** While the pen is down the head goes over the rows again and again. */
function sweep(fig) {
  stop(fig);
  fig.row = N;
  if (ui.calm()) return;
  fig.timer = setInterval(() => {
    if (!fig.host.isConnected) return stop(fig);
    fig.row = (fig.row % N) + 1;
    paint(fig);
  }, QUICK);
}

/** The strokes as the reader draws them. */
function sketch({ at, strokes }) {
  const place = ([x, y]) => `${(100 * x).toFixed(1)} ${(100 * y).toFixed(1)}`;
  // a point alone is a line of no length with a round end
  const way = (stroke) => `M${stroke.map(place).join("L")}${stroke.length > 1 ? "" : "h.01"}`;
  at.pen.setAttribute("d", strokes.map(way).join(""));
}

/** Forgets the strokes and the example; the pixels stay. */
function fresh(fig) {
  stop(fig);
  fig.strokes = [];
  fig.chosen = null;
  sketch(fig);
}

function take(fig, example) {
  fig.chosen = example;
  fig.ink = Uint8Array.from(fig.data.examples[example].pixels);
}

function listenToPen(fig) {
  const { sheet } = fig.at;
  const spot = (event) => {
    const box = sheet.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  };
  let stroke = null,
    waits = false;
  // at most once a picture, however many points the pen sends
  const soon = () => {
    if (waits) return;
    waits = true;
    requestAnimationFrame(() => {
      waits = false;
      if (!stroke) return;
      follow(fig);
      paint(fig);
    });
  };
  sheet.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    sheet.setPointerCapture(event.pointerId);
    fig.chosen = null;
    stroke = [spot(event)];
    fig.strokes.push(stroke);
    sketch(fig);
    follow(fig);
    sweep(fig);
    paint(fig);
  });
  sheet.addEventListener("pointermove", (event) => {
    if (!stroke) return;
    const [x, y] = spot(event);
    const [u, v] = stroke[stroke.length - 1];
    if (Math.hypot(x - u, y - v) < 0.012) return;
    stroke.push([x, y]);
    sketch(fig);
    soon();
  });
  const lift = () => {
    if (!stroke) return;
    stroke = null;
    follow(fig);
    read(fig);
  };
  sheet.addEventListener("pointerup", lift);
  sheet.addEventListener("pointercancel", lift);
}

function listenToKeys(fig) {
  const { at, speak } = fig;
  at.svg.addEventListener("keydown", (event) => {
    const { ink } = fig;
    const move = MOVES[event.key];
    const place = () => fig.cursor[0] * N + fig.cursor[1];
    if (move) fig.cursor = fig.cursor.map((v, k) => Math.min(N - 1, Math.max(0, v + move[k])));
    else if (event.key === " " || event.key === "Enter")
      ink[place()] = ink[place()] >= 16 ? 0 : ink[place()] + 8;
    else if (event.key === "Backspace" || event.key === "Delete") ink[place()] = 0;
    else return;
    event.preventDefault();
    if (!move) {
      fresh(fig);
      compute(fig);
      fig.row = N;
    }
    paint(fig);
    speak(
      `row ${fig.cursor[0] + 1}, column ${fig.cursor[1] + 1}, ink ${ink[place()]} of 16` +
        (move ? "" : `; ${at.answer.textContent} ${at.why.textContent}`),
    );
  });
}

function listenToButtons(fig) {
  const { at, speak } = fig;
  for (const button of fig.examples)
    button.addEventListener("click", () => {
      fresh(fig);
      take(fig, Number(button.dataset.example));
      compute(fig);
      read(fig);
    });
  at.clear.addEventListener("click", () => {
    fresh(fig);
    fig.ink = new Uint8Array(N * N);
    fig.row = N;
    compute(fig);
    paint(fig);
    speak("Cleared.");
  });
  at.read.addEventListener("click", () => read(fig));
  at["in-row"].addEventListener("input", () => {
    stop(fig);
    fig.row = Number(at["in-row"].value);
    paint(fig);
    tell(fig);
  });
}

/**
 * What one figure on the page knows: the argument `fig`.
 * @typedef {object} Reader
 * @property {Uint8Array} ink - 64 pixels, 0 to 16
 * @property {number[][][]} strokes - points [x, y], 0 to 1
 * @property {number} row - rows read
 * @property {number[][]} probs - the belief after 0 ... 8 rows
 * @property {?number} chosen - place of the example, if one is read
 */

/** @returns {Reader} */
function state(root, data, host) {
  const at = ui.refs(root);
  const weights = {};
  for (const name in data.weights) weights[name] = decode(data.weights[name]);
  return {
    root,
    data,
    host,
    at,
    weights,
    net: core.layer(data.variant, N, data.H, weights),
    speak: ui.speaker(at.live, 300),
    means: data.known && Uint8Array.from(atob(data.known.means), (letter) => letter.charCodeAt(0)),
    px: [...root.querySelectorAll(".px")],
    bx: [...root.querySelectorAll(".bx")],
    examples: root.querySelectorAll("[data-example]"),
    ink: new Uint8Array(N * N),
    strokes: [],
    row: N,
    cursor: [3, 3],
    probs: [],
    timer: 0,
    chosen: null,
    empty: true,
    strange: false,
  };
}

function figure(root, data, host) {
  root.innerHTML = markup(data);
  const fig = state(root, data, host);
  listenToPen(fig);
  listenToKeys(fig);
  listenToButtons(fig);
  // For tests: the belief after every row for pixels given.
  host.lstmbook = {
    believe: (pixels) => {
      fig.ink = Uint8Array.from(pixels);
      compute(fig);
      return fig.probs;
    },
  };
  if (data.examples.length) take(fig, data.first);
  compute(fig);
  paint(fig);
}
