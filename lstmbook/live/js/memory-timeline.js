// Two memory cells read a text: time goes down, the memory is a line, what was forgotten and what
// was added stand at each sentence.
const ROW = 84,
  FORGET = 22,
  ADD = 44;

const deed = (f, i) =>
  f >= 0.5 ? (i >= 0.5 ? "adds" : "keeps") : i >= 0.5 ? "overwrites" : "is erased";

const sentence = (data, chosen, t) =>
  `<li data-row="${t}"><div class="text"><label><span class="number">${t + 1}.</span><select data-k="pick-${t}" aria-label="Sentence ${t + 1}">` +
  data.sentences
    .map(([name], n) => `<option value="${n}"${n === chosen ? " selected" : ""}>${name}</option>`)
    .join("") +
  `</select></label><span data-k="marks-${t}"></span></div>` +
  [0, 1].map((k) => `<svg class="cell" role="img" data-k="cell-${t}-${k}"></svg>`).join("") +
  "</li>";

const markup = (data) =>
  `<p class="say">Two cells read this text. Exchange a sentence, or force the gates: what does the <b class="c">memory</b> hold then?</p>` +
  `<div class="segments" role="radiogroup" aria-label="Gates at every sentence">${Object.entries(
    data.corners,
  )
    .map(
      ([key, [title]]) =>
        `<label><input type="radio" name="corner" value="${key}"${key === "own" ? " checked" : ""}>${title}</label>`,
    )
    .join("")}</div>` +
  `<div class="heads"><span class="legend"><span class="c" data-part="c">memory</span> <span class="f" data-part="f">forgotten</span> <span class="i" data-part="i">added</span></span>` +
  data.cells.map((name, k) => `<span class="head"><b>Cell ${k}:</b> ${name}</span>`).join("") +
  `</div><ol class="lines">${data.text.map((n, t) => sentence(data, n, t)).join("")}</ol>` +
  `<p class="verdict" data-k="verdict"></p>` +
  (data.caption ? `<p class="cap">${data.caption}</p>` : "") +
  `<p class="sr" role="status" aria-live="polite" data-k="live"></p>`;

/** The steps of both cells, with what was forgotten and what was added. */
function measure({ data, now }) {
  const [, f, i] = data.corners[now.corner];
  const put = { f: f ?? undefined, i: i ?? undefined };
  const text = now.text.map((n) => data.sentences[n].slice(1));
  return weather
    .run(data.weights, text, (t, gate) => put[gate])
    .map((s) => ({
      ...s,
      forgotten: [0, 1].map((k) => (1 - s.f[k]) * s.before[k]),
      added: [0, 1].map((k) => s.i[k] * s.g[k]),
    }));
}

/** One cell at one sentence: the line comes in above, loses a piece, gains one, goes on below. */
function drawCell(svg, s, k, { span, last, first }) {
  const width = svg.clientWidth;
  if (!width) return;
  const x = (v) => width / 2 + (v / span) * (width / 2 - 14);
  const [from, rest, to] = [x(s.before[k]), x(s.before[k] - s.forgotten[k]), x(s.c[k])];
  const piece = (cls, a, b, y) =>
    Math.abs(a - b) < 1 ? "" : `<path class="piece ${cls}" d="M${a} ${y}H${b}"/>`;
  const right = to < width - 96;
  svg.setAttribute("viewBox", `0 0 ${width} ${ROW}`);
  svg.innerHTML =
    `<path class="zero" d="M${width / 2} 0V${ROW}"/>` +
    (first ? "" : `<path class="memory" d="M${from} 0V${FORGET}"/>`) +
    `<path class="memory thin" d="M${rest} ${FORGET}V${ADD}"/>` +
    piece("f", from, rest, FORGET) +
    piece("i", rest, to, ADD) +
    `<path class="memory" d="M${to} ${ADD}V${last ? ROW - 16 : ROW}"/><circle class="dot" cx="${to}" cy="${ADD + 16}" r="5"/>` +
    `<text class="num" x="${to + (right ? 10 : -10)}" y="${ADD + 17}" text-anchor="${right ? "start" : "end"}">${ui.num(s.c[k])}</text>` +
    `<text class="tick" x="${to + (right ? 10 : -10)}" y="${ADD + 33}" text-anchor="${right ? "start" : "end"}">${deed(s.f[k], s.i[k])}</text>`;
  svg.setAttribute(
    "aria-label",
    `Cell ${k} ${deed(s.f[k], s.i[k])}: forgotten ${ui.num(s.forgotten[k])}, added ${ui.num(s.added[k])}, memory ${ui.num(s.c[k])}`,
  );
}

const bracket = (v) => (v < 0 ? `(${ui.num(v)})` : ui.num(v));

/** The line of the cell with the numbers of one sentence. */
function equation(steps, t) {
  const s = steps[t];
  const one = (k) =>
    `${deed(s.f[k], s.i[k])}: ${ui.num(s.f[k], 3)} \u00b7 ${bracket(s.before[k])} + ${ui.num(s.i[k], 3)} \u00b7 ${bracket(s.g[k])} = ${ui.num(s.c[k])}`;
  return `Sentence ${t + 1}. Cell 0 ${one(0)}. Cell 1 ${one(1)}.`;
}

function paint(fig) {
  const { at, now, data, root } = fig;
  const steps = measure(fig);
  const span = Math.max(1.2, ...steps.flatMap((s) => s.c.map(Math.abs)));
  steps.forEach((s, t) => {
    at[`marks-${t}`].innerHTML = weather.marks(data.sentences[now.text[t]].slice(1));
    for (const k of [0, 1])
      drawCell(at[`cell-${t}-${k}`], s, k, { span, first: !t, last: t === steps.length - 1 });
  });
  for (const row of root.querySelectorAll("[data-row]"))
    row.classList.toggle("here", Number(row.dataset.row) === now.step);
  const text = equation(steps, now.step);
  ui.write(at.verdict, text);
  return text;
}

function listen(fig) {
  const { at, now, root } = fig;
  const update = () => fig.speak(paint(fig));
  for (const radio of root.querySelectorAll("[name=corner]"))
    radio.addEventListener("change", () => {
      now.corner = radio.value;
      update();
    });
  for (const row of root.querySelectorAll("[data-row]")) {
    const t = Number(row.dataset.row);
    const show = () => {
      if (now.step !== t) {
        now.step = t;
        paint(fig);
      }
    };
    for (const kind of ["pointerenter", "pointerdown", "focusin"]) row.addEventListener(kind, show);
    at[`pick-${t}`].addEventListener("change", (event) => {
      now.text[t] = Number(event.target.value);
      update();
    });
  }
}

function figure(root, data, host) {
  root.innerHTML = markup(data);
  const fig = {
    at: ui.refs(root),
    data,
    root,
    now: { text: [...data.text], corner: "own", step: Math.min(2, data.text.length - 1) },
  };
  fig.speak = ui.speaker(fig.at.live);
  listen(fig);
  parts.join(root, host.id);
  paint(fig);
  host.lstmbook = { measure: () => measure(fig) };
  ui.onWidth(root, (width) => {
    root.classList.toggle("narrow", width < 600);
    paint(fig);
  });
}
