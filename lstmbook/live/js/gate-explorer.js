// The LSTM cell as a machine: valves on lines, numbers on the lines, knobs beside them.
const GATES = { f: "Forget gate", i: "Input gate", g: "Candidate", o: "Output gate" };
const NAMES = {
  x: "Input <i>x</i><sub>t</sub>",
  hp: "Output <i>h</i><sub>t\u22121</sub>",
  cp: "Memory <i>c</i><sub>t\u22121</sub>",
};
const PLAIN = {
  x: "Input x at this step",
  hp: "Output h of the step before",
  cp: "Memory c of the step before",
};
const TINTS = { x: "x", hp: "h", cp: "c" };
// What follows from a part of the cell, by its equations.
const FLOW = {
  f: ["f", "c", "h"],
  i: ["i", "c", "h"],
  g: ["g", "c", "h"],
  o: ["o", "h"],
  cp: ["c", "h"],
};

// ---- what stands in the figure -----------------------------------------------------------
const knob = (key, span) =>
  key in GATES
    ? ui.slider({
        key,
        label: GATES[key],
        name: GATES[key] + ": bias",
        min: -span.b,
        max: span.b,
        step: 0.1,
        value: 0,
        tint: key,
      })
    : ui.slider({
        key,
        label: NAMES[key],
        name: PLAIN[key],
        min: -span[key],
        max: span[key],
        step: 0.01,
        value: 0,
        tint: TINTS[key],
      });
const pick = (key, word, count, value) =>
  count < 2
    ? ""
    : `<label class="pick">${word} <select data-k="${key}">${Array.from({ length: count }, (_, n) => `<option value="${n}"${n === value ? " selected" : ""}>${n}</option>`).join("")}</select></label>`;
const presetRow = (data) =>
  data.presets
    ? `<div class="row" role="group" aria-label="Presets">${Object.keys(data.presets)
        .map(
          (name) =>
            `<button type="button" data-preset="${name}" aria-pressed="false">${data.presets[name].title}</button>`,
        )
        .join("")}</div>`
    : "";

function markup(data) {
  const gateKnobs = data.knobs.filter((k) => k in GATES),
    stepKnobs = data.knobs.filter((k) => !(k in GATES));
  const make = (key) => knob(key, data.span);
  return (
    presetRow(data) +
    `<p class="say" data-k="say"></p><div class="main" data-k="main"><div class="stage">${diagram.template}<p class="story" data-k="story"></p></div>` +
    `<div class="time"><svg role="img" class="strip" data-k="strip"></svg>` +
    `<input type="range" class="scrub x" data-k="scrub" min="1" max="${data.T}" step="1" value="1" aria-label="Step of the sequence">` +
    `<div class="row transport"><button type="button" data-k="play" class="go">Play</button><button type="button" data-k="step">Step</button><button type="button" data-k="reset">Reset</button><span class="count" data-k="count"></span></div></div>` +
    `<div class="knobs" role="group" aria-label="Knobs">${pick("unit", "Unit", data.H, data.unit || 0)}` +
    (gateKnobs.length
      ? `<p class="head">Bias: opens and closes the gate</p><div class="grid">${gateKnobs.map(make).join("")}</div>`
      : "") +
    `<p class="head">At this step</p>${pick("feature", "Input", stepKnobs.includes("x") ? data.D : 1, 0)}<div class="grid">${stepKnobs.map(make).join("")}</div></div></div>` +
    `<div class="eqs">${equations.template(data.H > 1, "p_f" in data.params)}</div>` +
    (data.caption ? `<p class="cap">${data.caption}</p>` : "") +
    `<p class="sr" role="status" aria-live="polite" data-k="live"></p>`
  );
}

// ---- the numbers -------------------------------------------------------------------------
/** Place of the unit shown in the blocks of the weights. */
const column = ({ net, unit }, part) => core.offsets(net.spec, net.H)[part] + unit;

/** Starts from a preset, or from the data where `name` is null. */
function load(fig, name) {
  const { at, data, root } = fig;
  const from = name ? data.presets[name] : null;
  const params = { ...data.params };
  if (from) params.b = from.b;
  fig.net = core.layer(data.variant, data.D, data.H, params);
  fig.x = Float64Array.from(from ? from.x : data.x);
  fig.edits = {};
  fig.preset = name;
  fig.t = from ? from.at : 1;
  for (const node of root.querySelectorAll("[data-knob]"))
    node.classList.toggle("try", !!from && from.try === node.dataset.knob);
  at.say.innerHTML = from ? from.say : data.say;
  for (const button of root.querySelectorAll("[data-preset]"))
    button.setAttribute("aria-pressed", button.dataset.preset === name);
}

/**
 * The parts of a block's sum before its sigmoid or tanh: from x, h, c where it looks, and the bias.
 */
function terms({ net, unit }, part, now, h, s) {
  const { D, H, N, params: p } = net;
  const n = column({ net, unit }, part);
  let fromX = 0,
    fromH = 0;
  for (let d = 0; d < D; d++) fromX += now[d] * p.W[d * N + n];
  for (let d = 0; d < H; d++) fromH += h[d] * p.U[d * N + n];
  const out = [fromX, fromH, p.b[n]];
  if (p["p_" + part]) out.splice(2, 0, p["p_" + part][unit] * (part === "o" ? s.c : s.cp));
  return out;
}

/**
 * The whole sequence, one step at a time, because h and c may have been set by hand at a step.
 */
function compute(fig) {
  const { net, x, edits, unit, feature } = fig;
  const { D, H } = net;
  let h = new Float64Array(H),
    c = new Float64Array(H);
  fig.steps = [];
  for (let k = 0; k < fig.data.T; k++) {
    const edit = edits[k + 1];
    if (edit)
      for (const u in edit) {
        if ("hp" in edit[u]) h[u] = edit[u].hp;
        if ("cp" in edit[u]) c[u] = edit[u].cp;
      }
    const now = x.subarray(k * D, k * D + D);
    const tape = core.forward(net, now, 1, 1, { h, c });
    const s = {
      x: now[feature],
      hp: h[unit],
      cp: c[unit],
      c: tape.c[H + unit],
      h: tape.h[H + unit],
      terms: {},
    };
    for (const part of "figo") {
      s[part] = tape.a[column(fig, part)];
      s.terms[part] = terms(fig, part, now, h, s);
    }
    fig.steps.push(s);
    h = tape.h.slice(H);
    c = tape.c.slice(H);
  }
}

// ---- the picture -------------------------------------------------------------------------
function paintDiagram({ at, steps }, view) {
  diagram.draw(at, view, Math.max(1, ...steps.map((s) => Math.abs(s.c))));
}

function knobText(input, key) {
  const value = Number(input.value);
  return key in GATES ? (value > 0 ? "+" : "") + ui.num(value, 1) : ui.num(value);
}

function paintKnobs(fig, s) {
  const { root, at, net } = fig;
  for (const key of fig.data.knobs) {
    const input = at["in-" + key];
    const value = key in GATES ? net.params.b[column(fig, key)] : s[key];
    if (root.getRootNode().activeElement !== input || Math.abs(input.value - value) > 0.1)
      input.value = value;
    ui.fill(input);
    const text = knobText(input, key);
    ui.write(at["out-" + key], text);
    input.setAttribute(
      "aria-valuetext",
      key in GATES
        ? `${text}, ${key === "g" ? "candidate " + ui.num(s.g) : "gate " + ui.num(s[key])}`
        : text,
    );
  }
}

function paintWords({ at, t, data }, s) {
  at.scrub.value = t;
  at.scrub.setAttribute("aria-valuetext", `step ${t} of ${data.T}`);
  ui.fill(at.scrub);
  ui.write(at.count, `step ${t} of ${data.T}`);
  for (const part of "figo")
    at["gate-" + part].setAttribute(
      "aria-label",
      `${WORDS[part]} ${ui.num(s[part])}: show its equation`,
    );
  at.story.innerHTML = `Step ${t}: the <b class="f">forget gate</b> keeps <b>${ui.num(s.f * s.cp)}</b> of ${ui.num(s.cp)}, the <b class="i">input gate</b> adds <b>${ui.num(s.i * s.g)}</b>, the <b class="o">output gate</b> shows <b>${ui.num(s.h)}</b>.`;
}

/** Lets the picture move to the numbers of step `s`. */
function glide(fig, s) {
  const { shown } = fig;
  const from = { ...shown };
  const began = performance.now();
  const move = (time) => {
    const part = Math.min(1, Math.max(0, time - began) / 320);
    const ease = 1 - Math.pow(1 - part, 3);
    for (const key in from)
      if (typeof from[key] === "number") shown[key] = from[key] + (s[key] - from[key]) * ease;
    paintDiagram(fig, shown);
    if (part < 1 && fig.host.isConnected) fig.frame = requestAnimationFrame(move);
  };
  fig.frame = requestAnimationFrame(move);
}

function paint(fig, smooth) {
  const { at, steps, t } = fig;
  const s = steps[t - 1];
  paintKnobs(fig, s);
  paintWords(fig, s);
  equations.draw(at, s);
  strip.draw(at.strip, steps, t);
  cancelAnimationFrame(fig.frame);
  if (!smooth || !fig.shown || ui.calm()) return paintDiagram(fig, (fig.shown = { ...s }));
  glide(fig, s);
}

/** Lights the equations of `parts` (first: strong, rest: what follows from it). */
function light({ root, at }, parts, dim) {
  for (const node of root.querySelectorAll("[data-part]")) {
    const place = parts.indexOf(node.dataset.part);
    node.classList.toggle("lit", place === 0 || (place > 0 && parts.all === true));
    node.classList.toggle("after", place > 0 && parts.all !== true);
  }
  if (dim) at.svg.dataset.dim = "";
  else delete at.svg.dataset.dim;
}

/** What is lit while the reader points at nothing. */
function rest(fig) {
  const { pinned, data } = fig;
  const part = pinned || data.focus;
  if (part) light(fig, [part], true);
  else light(fig, []);
}

/** Says the numbers that differ from those of `before`; all where there is no before. */
function announce({ steps, t, speak }, before) {
  const s = steps[t - 1];
  const changed = PARTS.filter((part) => !before || Math.abs(before[part] - s[part]) >= 0.005);
  if (changed.length)
    speak(`Step ${t}: ` + changed.map((part) => `${WORDS[part]} ${ui.num(s[part])}`).join(", "));
}

// ---- steps in time -----------------------------------------------------------------------
function go(fig, next, quiet) {
  fig.t = next;
  paint(fig, true);
  if (!quiet) announce(fig);
}

function stop(fig) {
  clearInterval(fig.playing);
  fig.playing = 0;
  ui.write(fig.at.play, "Play");
}

function play(fig) {
  const { T } = fig.data;
  if (fig.playing) {
    stop(fig);
    return announce(fig);
  }
  if (fig.t === T) go(fig, 1, true);
  ui.write(fig.at.play, "Pause");
  fig.playing = setInterval(
    () => {
      if (!fig.host.isConnected) return stop(fig);
      if (fig.t < T) go(fig, fig.t + 1, true);
      if (fig.t === T) {
        stop(fig);
        announce(fig);
      }
    },
    ui.calm() ? 1400 : 800,
  );
}

/** All numbers and the whole picture anew, after another sequence or other weights. */
function renew(fig) {
  compute(fig);
  rest(fig);
  paint(fig, true);
  announce(fig);
}

// ---- what the reader does ----------------------------------------------------------------
function turn(fig, key, value) {
  const { net, x, edits, t, unit, feature } = fig;
  const before = fig.steps[t - 1];
  if (key in GATES) net.params.b[column(fig, key)] = value;
  else if (key === "x") x[(t - 1) * net.D + feature] = value;
  else ((edits[t] ||= {})[unit] ||= {})[key] = value;
  compute(fig);
  paint(fig);
  const parts = FLOW[key] || ["f", "i", "g", "o"];
  if (!FLOW[key]) parts.all = true;
  light(fig, parts);
  announce(fig, before);
}

function listenToKnobs(fig) {
  const { at, root } = fig;
  for (const key of fig.data.knobs)
    at["in-" + key].addEventListener("input", (event) =>
      turn(fig, key, Number(event.target.value)),
    );
  for (const button of root.querySelectorAll("[data-preset]"))
    button.addEventListener("click", () => {
      stop(fig);
      load(fig, button.dataset.preset);
      renew(fig);
    });
  for (const key of ["unit", "feature"])
    if (at[key])
      at[key].addEventListener("change", () => {
        fig[key] = Number(at[key].value);
        compute(fig);
        paint(fig, true);
        announce(fig);
      });
}

function listenToTime(fig) {
  const { at, data } = fig;
  at.scrub.addEventListener("input", () => {
    stop(fig);
    go(fig, Number(at.scrub.value));
  });
  at.play.addEventListener("click", () => play(fig));
  at.step.addEventListener("click", () => {
    stop(fig);
    go(fig, fig.t < data.T ? fig.t + 1 : 1);
  });
  at.reset.addEventListener("click", () => {
    stop(fig);
    load(fig, fig.preset);
    fig.t = 1;
    fig.pinned = null;
    renew(fig);
  });
  const drag = (event) => {
    if (event.type === "pointermove" && !event.buttons) return;
    stop(fig);
    const next = strip.stepAt(at.strip, event, data.T);
    if (next !== fig.t) go(fig, next);
  };
  at.strip.addEventListener("pointerdown", drag);
  at.strip.addEventListener("pointermove", drag);
}

/** A part lights while it is pointed at or has the focus; a click keeps it lit. */
function listenToParts(fig) {
  const { at, root } = fig;
  for (const node of root.querySelectorAll("[data-part]")) {
    const part = node.dataset.part;
    node.addEventListener("pointerenter", () => light(fig, [part], true));
    node.addEventListener("pointerleave", () => rest(fig));
    if (!node.hasAttribute("tabindex")) continue;
    const pin = () => {
      fig.pinned = fig.pinned === part ? null : part;
      for (const gate of "figo")
        at["gate-" + gate].setAttribute("aria-pressed", fig.pinned === gate);
      rest(fig);
    };
    node.addEventListener("focus", () => light(fig, [part], true));
    node.addEventListener("blur", () => rest(fig));
    node.addEventListener("click", pin);
    node.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      pin();
    });
  }
}

/**
 * What one figure on the page knows: the argument `fig`.
 * @typedef {object} Explorer
 * @property {number} t - the step shown, from 1
 * @property {object} edits - h and c set by hand, by step and unit
 * @property {object[]} steps - the numbers of every step
 * @property {?object} shown - those in the picture, on their way to step t
 * @property {?string} pinned - the part that stays lit
 */

/** @returns {Explorer} */
function state(root, data, host) {
  const at = ui.refs(root);
  return {
    root,
    data,
    host,
    at,
    speak: ui.speaker(at.live),
    unit: data.unit || 0,
    feature: 0,
    steps: [],
    shown: null,
    playing: 0,
    frame: 0,
    pinned: null,
  };
}

function figure(root, data, host) {
  root.innerHTML = markup(data);
  const fig = state(root, data, host);
  listenToKnobs(fig);
  listenToTime(fig);
  listenToParts(fig);
  ui.onWidth(root, (width) => {
    root.classList.toggle("narrow", width < 640);
    strip.draw(fig.at.strip, fig.steps, fig.t);
  });
  load(fig, data.presets ? data.preset : null);
  compute(fig);
  rest(fig);
  paint(fig);
}
