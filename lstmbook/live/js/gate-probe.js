// What can be read before and after the output gate, while the gates are shut for some steps.
const EVERY = 3;
const PIECE = 7; // milliseconds of computing a frame, so that the sliders follow the hand
const PRESETS = [
  { key: "never", title: "Never shut", set: { first: 119, last: 0, step: 119 } },
  { key: "end", title: "Shut at the last step", set: { first: 119, last: 119, step: 119 } },
  { key: "long", title: "Shut from 20 to 118", set: { first: 20, last: 118, step: 118 } },
  { key: "middle", title: "Shut from 40 to 70", set: { first: 40, last: 70, step: 60 } },
];
const DIALS = {
  first: { label: "Shut from step", name: "Shut from step", tint: "o" },
  last: { label: "to step", name: "Shut to step", tint: "o" },
  step: { label: "Read at step", name: "Read at step", tint: "x" },
};

const box = (part, name, what) =>
  `<div class="box ${part}" data-part="${part}"><span class="head">${name}</span><b data-k="val-${part}"></b><span class="head">${what}</span></div>`;

const markup = (data) =>
  `<p class="say">The <b class="c">memory</b> holds a symbol. Shut the <b class="o">output gates</b>: what can still be read before them, and what after?</p>` +
  `<div class="row" role="group" aria-label="Ways to shut">${PRESETS.map((p) => `<button type="button" data-preset="${p.key}" aria-pressed="false">${p.title}</button>`).join("")}</div>` +
  `<div class="flowline">${box("c", "read from <i>c</i>", "")}<svg class="valve o" data-part="o" viewBox="0 0 120 60" role="img" aria-label="The output gate" data-k="valve"></svg>${box("h", "read from <i>h</i>", "")}` +
  `<div class="box x"><span class="head">its answer at the end</span><b data-k="val-answer"></b></div></div>` +
  `<p class="verdict" data-k="verdict"></p>` +
  `<svg class="plot" role="img" aria-label="What the probes read" data-k="plot"></svg><div class="dials">${Object.entries(
    DIALS,
  )
    .map(([key, d]) => ui.slider({ key, ...d, min: 0, max: data.T - 1, step: 1, value: 0 }))
    .join("")}</div>` +
  (data.caption ? `<p class="cap">${data.caption}</p>` : "") +
  `<p class="sr" role="status" aria-live="polite" data-k="live"></p>`;

const inside = ({ first, last }, t) => first <= t && t <= last;

/** All steps of the network; those before the first shut one are those of the run never shut. */
function* run(fig, { first, last }) {
  const { data } = fig;
  const empty = new Float64Array(data.N * data.H);
  const out = (fig.never || []).slice(0, last < first ? data.T : first);
  for (let t = out.length; t < data.T; t++) {
    const before = t ? out[t - 1] : { c: empty, h: empty };
    out.push(probing.step(data, before, t, first <= t && t <= last));
    yield;
  }
  return out;
}

/** Runs the network and probes it, every third step and where it is read; rests after each piece. */
function* compute(fig) {
  const { data } = fig;
  const now = { ...fig.now };
  fig.never = fig.never || (yield* run(fig, { first: 0, last: -1 }));
  const steps = yield* run(fig, now);
  const curves = { c: [], h: [] };
  for (let t = 0; t < data.T; t += t + EVERY < data.T ? EVERY : 1) {
    const same = now.last < now.first || t < now.first;
    for (const part of ["c", "h"]) {
      const share = (same && fig.known[part][t]) || probing.read(data, steps[t][part]);
      if (same) fig.known[part][t] = share;
      curves[part].push([t, share]);
      yield;
    }
  }
  const at = steps[now.step];
  return {
    curves,
    c: probing.read(data, at.c),
    h: probing.read(data, at.h),
    gate: at.gate,
    size: probing.size(at.c),
    answer: probing.answer(data, steps[data.T - 1].h),
  };
}

/** Two pipes and between them a valve whose slit is as wide as the mean gate. */
function drawValve(svg, gate) {
  const slit = 19 * gate;
  svg.innerHTML =
    `<path class="pipe c" d="M0 30H40"/>` +
    (gate ? `<path class="pipe h" d="M78 30H120" stroke-width="${2 + 14 * gate}"/>` : "") +
    `<circle class="ring" cx="60" cy="30" r="20"/><path class="lid" d="M60 11V${30 - slit}M60 49V${30 + slit}"/>`;
  svg.setAttribute("aria-label", gate ? `Output gates, mean ${ui.num(gate)}` : "Output gates shut");
}

function verdict({ data, now, found }) {
  const shut = inside(now, now.step);
  const left =
    found.c > 0.9
      ? "the symbol is in the memory"
      : found.c > 0.5
        ? "most symbols are in the memory"
        : "the memory hardly tells the symbol";
  const seen = shut
    ? "h is 0, nobody sees it"
    : found.h > 0.9
      ? "h shows it"
      : `h shows it in ${ui.num(found.h)}`;
  const end = `At the end the network is right in ${ui.num(found.answer)} (a guess: ${ui.num(1 / data.K)}).`;
  return `Step ${now.step}: ${left}, mean size ${ui.num(found.size)}; ${seen}. ${end}`;
}

function paintChart({ at, now, data, found }) {
  const frame = chart.draw(at.plot, {
    x: [0, data.T - 1],
    y: [0, 1],
    height: 210,
    ticks: { x: [0, 20, 40, 60, 80, 100, 119], y: [0, 0.5, 1] },
    labels: { x: "step", y: "share of symbols that a probe reads right" },
    rules: [{ y: 1 / data.K, text: "a guess" }],
    cursor: now.step,
    series: [
      { cls: "h", points: found.curves.h, dash: "6 4", tag: "h" },
      { cls: "c", points: found.curves.c, tag: "c" },
    ],
    marks: [
      { x: now.step, y: found.h, cls: "h", r: 5 },
      { x: now.step, y: found.c, cls: "c", r: 6 },
    ],
  });
  if (frame && now.last >= now.first) {
    const from = frame.px(now.first - 0.5);
    const wide = Math.max(3, frame.px(now.last + 0.5) - from);
    at.plot.insertAdjacentHTML(
      "afterbegin",
      `<rect class="shut" x="${from}" y="24" width="${wide}" height="152"/>`,
    );
  }
  at.plot.setAttribute(
    "aria-label",
    `What probes read at each step. At step ${now.step}: ${ui.num(found.c)} from c, ${ui.num(found.h)} from h.`,
  );
  return frame;
}

function paintControls({ at, now, presets }) {
  for (const key in DIALS) {
    at["in-" + key].value = now[key];
    ui.write(at["out-" + key], String(now[key]));
    ui.fill(at["in-" + key]);
  }
  for (const button of presets) {
    const { set } = PRESETS.find((p) => p.key === button.dataset.preset);
    const same = Object.keys(set).every((key) => set[key] === now[key]);
    button.setAttribute("aria-pressed", same);
  }
}

function paint(fig) {
  const { at, found } = fig;
  paintControls(fig);
  if (!found) return;
  for (const key of ["c", "h", "answer"]) ui.write(at["val-" + key], ui.num(found[key]));
  drawValve(at.valve, found.gate);
  fig.frame = paintChart(fig);
  ui.write(at.verdict, verdict(fig));
}

/** Computes in pieces; what is asked for meanwhile comes after. */
function update(fig) {
  paintControls(fig);
  fig.asked = true;
  if (fig.work) return;
  fig.asked = false;
  fig.work = compute(fig);
  const piece = () => {
    const end = performance.now() + PIECE;
    let next;
    do next = fig.work.next();
    while (!next.done && performance.now() < end);
    if (!next.done) return void requestAnimationFrame(piece);
    fig.work = null;
    fig.found = next.value;
    paint(fig);
    fig.speak(verdict(fig));
    if (fig.asked) update(fig);
  };
  piece();
}

function listen(fig) {
  const { at, now, data, presets } = fig;
  for (const key in DIALS)
    at["in-" + key].addEventListener("input", (event) => {
      now[key] = Number(event.target.value);
      update(fig);
    });
  for (const button of presets)
    button.addEventListener("click", () => {
      Object.assign(now, PRESETS.find((p) => p.key === button.dataset.preset).set);
      update(fig);
    });
  const point = (event) => {
    if (!fig.frame || (event.type === "pointermove" && !event.buttons)) return;
    now.step = Math.round(chart.under(at.plot, event, fig.frame, [0, data.T - 1]));
    update(fig);
  };
  at.plot.addEventListener("pointerdown", point);
  at.plot.addEventListener("pointermove", point);
}

function figure(root, data, host) {
  root.innerHTML = markup(data);
  const at = ui.refs(root);
  const fig = {
    at,
    data,
    now: { ...data.start },
    known: { c: [], h: [] },
    presets: root.querySelectorAll("[data-preset]"),
    speak: ui.speaker(at.live),
  };
  listen(fig);
  parts.join(root, host.id);
  update(fig);
  host.lstmbook = { found: () => (fig.work ? null : fig.found) };
  ui.onWidth(root, (width) => {
    root.classList.toggle("narrow", width < 560);
    paint(fig);
  });
}
