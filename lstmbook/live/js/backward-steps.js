// One step of an LSTM with one cell, gone through backward: each rule beside its number.
// Names: hp, cp are h and c of the step before; zi ... zo the sums before sigmoid and tanh.
const GATES = "ifgo";
const SLOPES = { i: "\u03c3", f: "\u03c3", g: "tanh", o: "\u03c3" };

const v = (letter, index = "") => `<i>${letter}</i>${index && `<sub>${index}</sub>`}`;
const d = (letter, index) => "\u03b4" + v(letter, index);
const CT = v("c", "t"),
  CP = v("c", "t\u22121"),
  HP = v("h", "t\u22121");

// What is found at each stage: its part of the cell, tag of the equation, names in the diagram that
// get their number, edges that carry it, the rule, and the rule with numbers (of `s`, the step).
const STAGES = [
  {
    part: "h",
    tag: "",
    finds: ["h"],
    edges: ["h"],
    rule: `${d("h", "t")} arrives, from the loss and the steps after`,
    sum: () => "",
  },
  {
    part: "o",
    tag: "3.1.9",
    finds: ["o"],
    edges: ["h", "o"],
    rule: `${d("o", "t")} = ${d("h", "t")} \u2299 tanh(${CT})`,
    sum: (s, n) => `${n(s.d.h)} \u00b7 ${n(s.q)}`,
  },
  {
    part: "c",
    tag: "3.1.9",
    finds: ["c"],
    edges: ["h", "q", "c"],
    rule: `${d("c", "t")} += ${d("h", "t")} \u2299 ${v("o", "t")} \u2299 (1 \u2212 tanh\u00b2 ${CT})`,
    sum: (s, n) => `${n(s.dc)} + ${n(s.d.h)} \u00b7 ${n(s.o)} \u00b7 ${n(1 - s.q * s.q)}`,
  },
  {
    part: "f",
    tag: "3.1.10",
    finds: ["f"],
    edges: ["m", "f"],
    rule: `${d("f", "t")} = ${d("c", "t")} \u2299 ${CP}`,
    sum: (s, n) => `${n(s.d.c)} \u00b7 ${n(s.cp)}`,
  },
  {
    part: "i",
    tag: "3.1.10",
    finds: ["i"],
    edges: ["w", "i"],
    rule: `${d("i", "t")} = ${d("c", "t")} \u2299 ${v("g", "t")}`,
    sum: (s, n) => `${n(s.d.c)} \u00b7 ${n(s.g)}`,
  },
  {
    part: "g",
    tag: "3.1.10",
    finds: ["g"],
    edges: ["w", "g"],
    rule: `${d("g", "t")} = ${d("c", "t")} \u2299 ${v("i", "t")}`,
    sum: (s, n) => `${n(s.d.c)} \u00b7 ${n(s.i)}`,
  },
  {
    part: "x",
    tag: "3.1.11",
    finds: ["zf", "zi", "zg", "zo"],
    edges: ["zf", "zi", "zg", "zo"],
    rule: `${d("z", "t")}: each times its slope, ${v("\u03c3")}(1 \u2212 ${v("\u03c3")}) or 1 \u2212 tanh\u00b2`,
    sum: (s, n) =>
      [..."figo"]
        .map((k) => `${v(k)}: ${n(s.d[k])} \u00b7 ${n(s.slope[k])} = <b>${n(s.d["z" + k])}</b>`)
        .join("<br>"),
  },
  {
    part: "x",
    tag: "3.1.12",
    finds: [],
    edges: ["base"],
    rule: `${d("W")} = ${v("x", "t")} ${d("z", "t")}, ${d("U")} = ${HP} ${d("z", "t")}, ${d("b")} = ${d("z", "t")}`,
    sum: (s, n) =>
      `<table><tr><th></th>${[..."figo"].map((k) => `<th scope="col">${v(k)}</th>`).join("")}</tr>` +
      ["W", "U", "b"]
        .map(
          (p) =>
            `<tr><th scope="row">${d(p)}</th>${[..."figo"].map((k) => `<td data-w="${p}${k}">${n(s.d[p + k])}</td>`).join("")}</tr>`,
        )
        .join("") +
      "</table>",
  },
  {
    part: "c",
    tag: "3.1.10",
    finds: ["cp"],
    edges: ["m", "cp"],
    rule: `${d("c", "t\u22121")} = ${d("c", "t")} \u2299 ${v("f", "t")}`,
    sum: (s, n) => `${n(s.d.c)} \u00b7 ${n(s.f)}`,
  },
  {
    part: "h",
    tag: "3.1.12",
    finds: ["hp", "x"],
    edges: ["base", "zf", "zi", "zg", "zo"],
    rule: `${d("h", "t\u22121")} = ${d("z", "t")} ${v("U")}<sup>\u22a4</sup>, ${d("x", "t")} = ${d("z", "t")} ${v("W")}<sup>\u22a4</sup>`,
    sum: (s, n) =>
      `${d("h", "t\u22121")} = <b>${n(s.d.hp)}</b>, ${d("x", "t")} = <b>${n(s.d.x)}</b>`,
  },
];

// ---- the numbers -------------------------------------------------------------------------
/** Forward through the step; `bump` may move one number by a little: {name, by}. */
function forward(now, bump = {}) {
  const s = { ...now };
  const moved = (name, value) => (s[name] = value + (bump.name === name ? bump.by : 0));
  for (const name of ["x", "hp", "cp"]) moved(name, now[name]);
  for (const k of GATES) {
    for (const p of "WUb") moved(p + k, now[p + k]);
    moved("z" + k, s.x * s["W" + k] + s.hp * s["U" + k] + s["b" + k]);
    moved(k, k === "g" ? Math.tanh(s.zg) : core.sigmoid(s["z" + k]));
  }
  moved("c", s.f * s.cp + s.i * s.g);
  s.q = Math.tanh(s.c);
  moved("h", s.o * s.q);
  s.loss = now.dh * s.h + now.dc * s.c;
  return s;
}

/** Forward, then the rules of the stages in their order; `d` holds what they find. */
function compute(now) {
  const s = forward(now);
  const { i, f, g, o, q } = s;
  const found = (s.d = { h: s.dh });
  found.o = found.h * q;
  found.c = s.dc + found.h * o * (1 - q * q);
  found.f = found.c * s.cp;
  found.i = found.c * g;
  found.g = found.c * i;
  s.slope = { i: i * (1 - i), f: f * (1 - f), g: 1 - g * g, o: o * (1 - o) };
  found.x = found.hp = 0;
  for (const k of GATES) {
    const dz = (found["z" + k] = found[k] * s.slope[k]);
    found["W" + k] = s.x * dz;
    found["U" + k] = s.hp * dz;
    found["b" + k] = dz;
    found.x += dz * s["W" + k];
    found.hp += dz * s["U" + k];
  }
  found.cp = found.c * f;
  return s;
}

/** How the loss moves with one number, by nudging it up and down. */
function nudged(now, name) {
  const by = 1e-4;
  return (forward(now, { name, by }).loss - forward(now, { name, by: -by }).loss) / (2 * by);
}

// ---- what stands in the figure -----------------------------------------------------------
const X = { f: 46, i: 134, g: 222, o: 310 };

function drawing() {
  const edge = (name, path) => `<path class="edge" data-e="${name}" d="${path}"/>`;
  const dot = (x, y, sign) =>
    `<circle class="op" cx="${x}" cy="${y}" r="10"/><path class="sign" d="${sign === "+" ? `M${x - 5} ${y}h10M${x} ${y - 5}v10` : `M${x - 4} ${y - 4}l8 8M${x - 4} ${y + 4}l8 -8`}"/>`;
  const text = (name, x, y, label, anchor, part) =>
    `<g class="${part}" text-anchor="${anchor}"><text x="${x}" y="${y}"><tspan class="mi">${label}</tspan> <tspan data-k="v-${name}"></tspan></text><text class="back" x="${x}" y="${y + 36}" data-k="d-${name}"></text></g>`;
  const sub = (letter, index) =>
    `${letter}<tspan font-size="11" dy="4">${index}</tspan><tspan dy="-4">\u200b</tspan>`;
  const gate = (k) =>
    `<g class="${k} node" data-part="${k}" text-anchor="middle"><rect x="${X[k] - 38}" y="168" width="76" height="26" rx="13"/><text x="${X[k]}" y="186"><tspan class="mi">${k}</tspan> <tspan data-k="v-${k}"></tspan></text><text class="back" x="${X[k]}" y="212" data-k="d-${k}"></text>` +
    `<text class="small" x="${X[k] + 6}" y="237" text-anchor="start">${SLOPES[k]}</text></g>` +
    `<g class="x" text-anchor="middle"><text x="${X[k]}" y="262"><tspan class="mi">z</tspan> <tspan data-k="v-z${k}"></tspan></text><text class="back" x="${X[k]}" y="281" data-k="d-z${k}"></text></g>`;
  return (
    `<svg viewBox="0 0 440 336" role="group" aria-label="Diagram of one step of the LSTM cell" data-k="svg"><g aria-hidden="true">` +
    edge("cp", "M0 50H36") +
    edge("m", "M56 50H168") +
    edge("f", `M${X.f} 60V168`) +
    edge("w", "M178 60V92") +
    edge("i", `M168 102H${X.i}V168`) +
    edge("g", `M188 102H${X.g}V168`) +
    edge("c", "M188 50H440") +
    edge("q", "M362 50V124") +
    edge("o", `M352 134H${X.o}V168`) +
    edge("h", "M372 134H440") +
    [..."figo"].map((k) => edge("z" + k, `M${X[k]} 194V306`)).join("") +
    edge("base", `M0 306H${X.o}`) +
    dot(X.f, 50, "x") +
    dot(178, 50, "+") +
    dot(178, 102, "x") +
    dot(362, 134, "x") +
    `<rect class="pill" x="339" y="76" width="46" height="22" rx="11"/><text class="small" x="362" y="92" text-anchor="middle">tanh</text>` +
    [..."figo"].map(gate).join("") +
    text("cp", 0, 36, sub("c", "t\u22121"), "start", "c") +
    text("c", 440, 36, sub("c", "t"), "end", "c") +
    text("h", 440, 122, sub("h", "t"), "end", "h") +
    `<g class="x"><text x="0" y="328"><tspan class="mi">${sub("x", "t")}</tspan> <tspan data-k="v-x"></tspan> <tspan class="back" data-k="d-x"></tspan></text></g>` +
    `<g class="h"><text x="${X.g - 30}" y="328"><tspan class="mi">${sub("h", "t\u22121")}</tspan> <tspan data-k="v-hp"></tspan> <tspan class="back" data-k="d-hp"></tspan></text></g></g></svg>`
  );
}

const KNOBS = {
  x: ["Input <i>x</i><sub>t</sub>", "Input x", "x"],
  hp: [`Output ${HP}`, "Output h of the step before", "h"],
  cp: [`Memory ${CP}`, "Memory c of the step before", "c"],
  dh: [`Arriving ${d("h", "t")}`, "Arriving gradient of h", "h"],
  dc: [`Arriving ${d("c", "t")}`, "Arriving gradient of c", "c"],
};

function markup(data) {
  const knob = ([key, [label, name, tint]]) =>
    ui.slider({ key, label, name, tint, min: -2, max: 2, step: 0.05, value: data.now[key] });
  const stage = (s, k) =>
    `<li class="${s.part}" data-stage="${k + 1}"><button type="button" data-go="${k + 1}"><span class="math">${s.rule}</span><b data-k="res-${k}"></b></button><span class="sum math" data-k="sum-${k}"></span></li>`;
  return (
    `<p class="say" data-k="say"></p><div class="main"><div class="stage">` +
    `<div class="row transport"><button type="button" data-k="fore">Undo</button><button type="button" class="go" data-k="back">One step back</button><span class="count" data-k="count"></span></div>` +
    `<input type="range" class="x" data-k="scrub" min="0" max="${STAGES.length}" step="1" value="0" aria-label="Stage of the backward pass">${drawing()}</div>` +
    `<ol class="stages">${STAGES.map(stage).join("")}</ol></div>` +
    `<details class="more"><summary>Other numbers</summary><div class="grid" role="group" aria-label="Numbers of the step">${Object.entries(KNOBS).map(knob).join("")}</div></details>` +
    `<p class="cap">${data.caption}</p><p class="sr" role="status" aria-live="polite" data-k="live"></p>`
  );
}

// ---- what the reader does ----------------------------------------------------------------
const SAY = [
  "Forward is done: every number of this step is known. Now a loss asks to be smaller. Which of the numbers is to blame, and how much?",
  "The blame for <b class='h'>h</b> comes from outside: from the loss of this step and from the step after.",
  "<b class='h'>h</b> is a product, so the <b class='o'>output gate</b> is to blame by the other factor.",
  "The <b class='c'>memory</b> gets two shares: one from the step after, one through tanh from <b class='h'>h</b>.",
  "The <b class='f'>forget gate</b> multiplied the old memory: that is its share.",
  "The <b class='i'>input gate</b> multiplied the candidate.",
  "The <b class='g'>candidate</b> multiplied the input gate: a shut gate shields it from blame.",
  "Through \u03c3 and tanh: times the slope. Where a gate is nearly 0 or 1 its slope is nearly 0, and so is the blame.",
  "Every weight: what came in times the blame of its sum. A training step moves each of them against its number.",
  "The <b class='c'>memory</b> hands its blame to the step before, times the <b class='f'>forget gate</b> and nothing else: no matrix, no tanh.",
  "<b class='h'>h</b> hands on what comes back through the four sums. Then the step before begins with its first line.",
];

function paint(fig) {
  const { at, root, s, k } = fig;
  const n = (x) => ui.num(x, 3);
  const done = new Set(STAGES.slice(0, k).flatMap((stage) => stage.finds));
  for (const name of ["x", "hp", "cp", "c", "h", ..."figo", "zf", "zi", "zg", "zo"]) {
    ui.write(at["v-" + name], ui.num(s[name]));
    ui.write(at["d-" + name], done.has(name) ? "\u03b4 " + ui.num(s.d[name], 3) : "");
  }
  const now = STAGES[k - 1];
  for (const edge of root.querySelectorAll(".edge")) {
    const lit = !!now && now.edges.includes(edge.dataset.e);
    edge.setAttribute("class", lit ? `edge lit ${now.part}` : "edge");
  }
  for (const node of root.querySelectorAll("[data-stage]")) {
    const place = Number(node.dataset.stage);
    node.classList.toggle("lit", place === k);
    node.classList.toggle("done", place < k);
    ui.set(node.firstChild, { "aria-current": place === k ? "step" : "false" });
    const [only, ...more] = STAGES[place - 1].finds;
    ui.write(at["res-" + (place - 1)], place > k || !only || more.length ? "" : n(s.d[only]));
    if (place !== k) at["sum-" + (place - 1)].innerHTML = "";
  }
  at.say.innerHTML = SAY[k];
  ui.write(at.count, k ? `${k} of ${STAGES.length}` : "forward");
  ui.write(at.back, k === STAGES.length ? "Again" : "One step back");
  at.scrub.value = k;
  ui.fill(at.scrub);
  for (const key in KNOBS) {
    at["in-" + key].value = fig.now[key];
    ui.fill(at["in-" + key]);
    ui.write(at["out-" + key], ui.num(fig.now[key]));
  }
  if (now) paintSum(fig, now, n);
}

/** Under the lit rule: the rule with numbers, and what nudging gives. */
function paintSum({ at, now: numbers, s, k }, stage, n) {
  const names = stage.finds.length ? stage.finds : ["Wf"];
  const text = names.map((name) => {
    const by = n(nudged(numbers, name));
    return names.length > 1 || !stage.finds.length ? `${LETTERS[name] || v(name)} ${by}` : by;
  });
  const tag = stage.tag && `<span class="tag">(${stage.tag})</span> `;
  at["sum-" + (k - 1)].innerHTML =
    tag + stage.sum(s, n) + `<span class="check">by nudging: ${text.join(", ")}</span>`;
}
const LETTERS = { Wf: v("W", "f"), hp: HP, x: v("x", "t"), cp: CP };
for (const k of GATES) LETTERS["z" + k] = v("z", k);

function go(fig, k) {
  fig.k = Math.min(STAGES.length, Math.max(0, k));
  paint(fig);
  const stage = STAGES[fig.k - 1];
  const part = stage && stage.part !== "x" ? stage.part : null;
  document.dispatchEvent(new CustomEvent("lbf:part", { detail: { part, from: fig.host.id } }));
  const lit = fig.root.querySelector(".lit[data-stage]");
  fig.speak(
    lit ? `Stage ${fig.k}: ${lit.innerText.replace(/\s+/g, " ")}` : "Forward: no gradient yet.",
  );
}

function listen(fig) {
  const { at, root } = fig;
  at.back.addEventListener("click", () => go(fig, fig.k === STAGES.length ? 0 : fig.k + 1));
  at.fore.addEventListener("click", () => go(fig, fig.k - 1));
  at.scrub.addEventListener("input", () => go(fig, Number(at.scrub.value)));
  for (const button of root.querySelectorAll("[data-go]"))
    button.addEventListener("click", () => go(fig, Number(button.dataset.go)));
  for (const key in KNOBS)
    at["in-" + key].addEventListener("input", (event) => {
      fig.now[key] = Number(event.target.value);
      fig.s = compute(fig.now);
      paint(fig);
    });
  document.addEventListener("lbf:part", ({ detail }) => {
    if (detail.from === fig.host.id) return;
    for (const node of root.querySelectorAll(".node"))
      node.classList.toggle("heard", node.dataset.part === detail.part);
  });
}

function figure(root, data, host) {
  root.innerHTML = markup(data);
  const at = ui.refs(root);
  const now = { ...data.now };
  const fig = { root, at, data, host, now, k: data.stage, s: compute(now) };
  fig.speak = ui.speaker(at.live);
  listen(fig);
  paint(fig);
  ui.onWidth(root, (width) => root.classList.toggle("narrow", width < 640));
}
