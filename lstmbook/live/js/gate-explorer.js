// The gate explorer: what the reader does to the cell, and what is painted then.
// What follows from a part of the cell, by its equations.
const FLOW = {
  f: ["f", "c", "h"],
  i: ["i", "c", "h"],
  g: ["g", "c", "h"],
  o: ["o", "h"],
  cp: ["c", "h"],
};

/** Starts from a preset, or from the data where `name` is null. */
function load(fig, name) {
  const { data, root } = fig;
  const from = name ? data.presets[name] : null;
  const params = { ...data.params };
  if (from) params.b = from.b;
  fig.net = core.layer(data.variant, data.D, data.H, params);
  fig.x = Float64Array.from(from ? from.x : data.x);
  fig.edits = {};
  fig.preset = name;
  fig.t = from ? from.at : 1;
  gateNumbers.compute(fig);
  fig.start = { b: fig.net.params.b.slice(), x: fig.x.slice(), steps: fig.steps };
  for (const node of root.querySelectorAll("[data-knob]"))
    node.classList.toggle("try", !!from && from.try === node.dataset.knob);
}

// ---- the picture -------------------------------------------------------------------------
const scaleOf = ({ steps }) => Math.max(1, ...steps.map((s) => Math.abs(s.c)));

function paintDiagram(fig, view) {
  diagram.draw(fig.at, view, scaleOf(fig));
}

function paintKnobs(fig, s) {
  const { at, net, data } = fig;
  for (const key of data.knobs) {
    const input = at["in-" + key];
    const bias = key in GATES;
    const value = bias ? net.params.b[gateNumbers.column(fig, key)] : s[key];
    // a slider reaches as far as its number does, so that it never shows another one
    const least = data.span[bias ? "b" : key];
    const most = String(Math.max(least, Math.ceil(Math.abs(value) - 1e-9)));
    if (input.max !== most && (Number(input.max) < most || !input.matches(":active")))
      ui.set(input, { min: -most, max: most });
    if (Math.abs(input.value - value) > 1e-9) input.value = value;
    ui.fill(input);
    const text = bias ? (value > 0 ? "+" : "") + ui.num(value, 1) : ui.num(value);
    ui.write(at["out-" + key], text);
    const gate = `${text}, ${key === "g" ? "candidate " + ui.num(s.g) : "gate " + ui.num(s[key])}`;
    input.setAttribute("aria-valuetext", bias ? gate : text);
  }
}

function paintWords({ at, t, data, altered }, s) {
  at.scrub.value = t;
  at.scrub.setAttribute("aria-valuetext", `step ${t} of ${data.T}`);
  ui.fill(at.scrub);
  ui.write(at.count, `step ${t} of ${data.T}`);
  at.count.classList.toggle("edited", altered.steps.includes(t));
  for (const part of "figo")
    ui.set(at["gate-" + part], {
      "aria-valuenow": s[part].toFixed(2),
      "aria-valuetext": `${ui.num(s[part])} at step ${t}`,
    });
}

/** The preset's sentence while it holds; what was changed, and to what end, when it does not. */
function paintSay(fig) {
  const { root, at, altered, preset, start, steps } = fig;
  const changed = altered.words.length > 0;
  const shown = changed ? "changed" : preset || "own";
  for (const node of root.querySelectorAll("[data-say]"))
    node.classList.toggle("on", node.dataset.say === shown);
  for (const button of root.querySelectorAll("[data-preset]"))
    button.setAttribute(
      "aria-pressed",
      button.dataset.preset !== preset ? "false" : changed ? "mixed" : "true",
    );
  at.reset.classList.toggle("wanted", changed);
  if (!changed) return;
  const last = steps[steps.length - 1],
    old = start.steps[start.steps.length - 1];
  const [first, ...more] = altered.words;
  const what =
    first + (more.length ? ` and ${more.length} more thing${more.length > 1 ? "s" : ""}` : "");
  at.changed.innerHTML =
    `You changed the ${what}. <b class="c">Memory</b> after the last step: <b>${ui.num(last.c)}</b>, was ${ui.num(old.c)}. ` +
    `<b class="h">Output</b>: <b>${ui.num(last.h)}</b>, was ${ui.num(old.h)}.`;
}

/** What the step does; the equation of a part instead, while that part is lit. */
function paintStory({ at, lit, data, steps, t }) {
  const s = steps[t - 1];
  at.sum.className = lit ? `on ${lit}` : "";
  at.story.classList.toggle("on", !lit);
  if (lit) {
    at.sum.innerHTML = `<b>${WORDS[lit]}</b> <span class="math">${equations.text(lit, data.H > 1, "p_f" in data.params)}</span> = ${equations.sums(s)[lit]} = <b>${ui.num(s[lit])}</b>`;
    return;
  }
  const written = s.i * s.g;
  at.story.innerHTML =
    `Step ${t}: the <b class="f">forget gate</b> keeps <b>${ui.num(s.f * s.cp)}</b> of ${ui.num(s.cp)}, ` +
    `the <b class="i">input gate</b> ${written < -0.005 ? "takes away" : "adds"} <b>${ui.num(Math.abs(written))}</b>, ` +
    `the <b class="o">output gate</b> shows <b>${ui.num(s.h)}</b> of ${ui.num(Math.tanh(s.c))}.`;
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
  fig.altered = gateNumbers.changes(fig);
  paintKnobs(fig, s);
  paintWords(fig, s);
  paintSay(fig);
  paintStory(fig);
  if (at.all.open) equations.draw(at, s);
  strip.draw(at.strip, fig.wide, steps, t, fig.altered.steps);
  fig.flow.set(s, scaleOf(fig));
  cancelAnimationFrame(fig.frame);
  if (!smooth || !fig.shown || ui.calm()) return paintDiagram(fig, (fig.shown = { ...s }));
  glide(fig, s);
}

/** Lights `part` in drawing and equations, and a little what follows from it; `later`: all is painted next. */
function light(fig, part, after = [], later = false) {
  fig.lit = part;
  for (const node of fig.marked) {
    node.classList.toggle("lit", node.dataset.part === part);
    node.classList.toggle("after", after.includes(node.dataset.part) && node.dataset.part !== part);
  }
  if (!later) paintStory(fig);
}

/** What is lit while the reader points at nothing. */
const rest = (fig) => light(fig, fig.data.focus || null);

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

/** From a preset, or from the start of this one. */
function begin(fig, name) {
  stop(fig);
  load(fig, name);
  rest(fig);
  paint(fig, true);
  announce(fig);
}

// ---- what the reader does ----------------------------------------------------------------
/** Sets a bias, an input or a state; everything that follows is computed and painted anew. */
function turn(fig, key, value) {
  const { net, x, edits, t, unit, feature } = fig;
  const before = fig.steps[t - 1];
  if (key in GATES) net.params.b[gateNumbers.column(fig, key)] = value;
  else if (key === "x") x[(t - 1) * net.D + feature] = value;
  else ((edits[t] ||= {})[unit] ||= {})[key] = value;
  gateNumbers.compute(fig);
  const [first, ...after] = FLOW[key] || [null, ...PARTS];
  light(fig, first, after, true);
  paint(fig);
  announce(fig, before);
}

function listenToKnobs(fig) {
  const { at, root, data } = fig;
  for (const key of data.knobs)
    at["in-" + key].addEventListener("input", (event) =>
      turn(fig, key, Number(event.target.value)),
    );
  for (const button of root.querySelectorAll("[data-preset]"))
    button.addEventListener("click", () => begin(fig, button.dataset.preset));
  for (const key of ["unit", "feature"])
    if (at[key])
      at[key].addEventListener("change", () => {
        fig[key] = Number(at[key].value);
        gateNumbers.compute(fig);
        // the start too is that of the unit which is shown
        const before = { ...fig, net: startNet(fig), x: fig.start.x, edits: {} };
        gateNumbers.compute(before);
        fig.start.steps = before.steps;
        paint(fig, true);
        announce(fig);
      });
}

const startNet = ({ net, data, start }) =>
  core.layer(data.variant, data.D, data.H, { ...net.params, b: start.b });

function listenToValves(fig) {
  const { at, data } = fig;
  const most = data.span.b;
  const bias = (part) => fig.net.params.b[gateNumbers.column(fig, part)];
  const put = (part, v) =>
    turn(fig, part, Math.round(10 * Math.min(most, Math.max(-most, v))) / 10);
  for (const part of "figo")
    valves.listen(at["gate-" + part], {
      range: part === "g" ? 2 : 1,
      value: () => fig.steps[fig.t - 1][part],
      pull: (v) => put(part, gateNumbers.biasFor(fig, part, v)),
      step: (many) => put(part, bias(part) + 0.5 * many),
      end: (side) => put(part, side * most),
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
  at.reset.addEventListener("click", () => begin(fig, fig.preset));
  at.all.addEventListener("toggle", () => equations.draw(at, fig.steps[fig.t - 1]));
  const drag = (event) => {
    if (event.type === "pointermove" && !event.buttons) return;
    stop(fig);
    const next = strip.stepAt(at.strip, event, data.T);
    if (next !== fig.t) go(fig, next);
  };
  at.strip.addEventListener("pointerdown", drag);
  at.strip.addEventListener("pointermove", drag);
}

/**
 * A part lights while it is pointed at or has the focus, here and in the words of the page; after
 * a tap until the next one elsewhere.
 */
function listenToParts(fig) {
  const { root, host } = fig;
  const tell = ui.parts(host, (part) => (part ? light(fig, part) : rest(fig)));
  let told = null;
  const point = (part) => {
    if (part && part !== fig.lit) light(fig, part);
    else if (!part) rest(fig);
    if (part !== told) tell((told = part));
  };
  const under = (event) => event.target.closest?.("[data-part]")?.dataset.part || null;
  root.addEventListener("pointerover", (event) => {
    if (!event.buttons) point(under(event));
  });
  root.addEventListener("pointerleave", (event) => {
    if (event.pointerType !== "touch" && !event.buttons) point(null);
  });
  root.addEventListener("pointerdown", (event) => point(under(event)));
  root.addEventListener("focusin", (event) => point(under(event)));
  root.addEventListener("focusout", () => point(null));
}

/** The dots run while the figure is in sight, unless the reader asks for less motion. */
function listenToFlow(fig) {
  const { at, host, flow } = fig;
  const state = { seen: false, wanted: !ui.calm() };
  const run = () => flow.run(state.seen && state.wanted);
  at.flow.setAttribute("aria-pressed", state.wanted);
  at.flow.addEventListener("click", () => {
    state.wanted = !state.wanted;
    at.flow.setAttribute("aria-pressed", state.wanted);
    run();
  });
  new IntersectionObserver((entries) => {
    state.seen = entries[entries.length - 1].isIntersecting;
    run();
  }).observe(host);
}

/**
 * What one figure on the page knows: the argument `fig`.
 * @typedef {object} Explorer
 * @property {number} t - the step shown, from 1
 * @property {object} edits - h and c set by hand, by step and unit
 * @property {object[]} steps - the numbers of every step
 * @property {object} start - biases, inputs and numbers before the reader changed any
 * @property {object} altered - what the reader has changed, see `gateNumbers.changes`
 * @property {?object} shown - the numbers in the picture, on their way to step t
 * @property {number} wide - of the strip, in pixels
 * @property {?string} lit - the part that is lit
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
    flow: diagram.flow(at),
    marked: root.querySelectorAll("[data-part]"),
    unit: data.unit || 0,
    feature: 0,
    steps: [],
    shown: null,
    playing: 0,
    frame: 0,
    lit: null,
  };
}

function figure(root, data, host) {
  root.innerHTML = gateMarkup(data);
  const fig = state(root, data, host);
  fig.at.all.open = root.clientWidth >= 640;
  load(fig, data.presets ? data.preset : null);
  listenToKnobs(fig);
  listenToValves(fig);
  listenToTime(fig);
  listenToParts(fig);
  listenToFlow(fig);
  rest(fig);
  fig.wide = fig.at.strip.clientWidth;
  paint(fig);
  equations.draw(fig.at, fig.steps[fig.t - 1]);
  ui.onWidth(fig.at.strip, (width) => {
    fig.wide = width;
    strip.draw(fig.at.strip, width, fig.steps, fig.t, fig.altered.steps);
  });
}
