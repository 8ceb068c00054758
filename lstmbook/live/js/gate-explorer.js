// The LSTM cell as a machine: valves on lines, numbers on the lines, knobs beside them.
function figure(root, data, host) {
  const { D, H, T } = data;
  const GATES = { f: "Forget gate", i: "Input gate", g: "Candidate", o: "Output gate" };
  const start = data.presets ? data.presets[data.preset] : null;
  let net,
    x,
    edits,
    t,
    unit = data.unit || 0,
    feature = 0,
    preset = start ? data.preset : null;
  let steps = [],
    shown = null,
    playing = 0,
    frame = 0,
    pinned = null;

  const knobs = data.knobs;
  const gateKnobs = knobs.filter((k) => k in GATES),
    stepKnobs = knobs.filter((k) => !(k in GATES));
  const span = data.span;
  const names = {
    x: "Input <i>x</i><sub>t</sub>",
    hp: "Output <i>h</i><sub>t\u22121</sub>",
    cp: "Memory <i>c</i><sub>t\u22121</sub>",
  };
  const plain = {
    x: "Input x at this step",
    hp: "Output h of the step before",
    cp: "Memory c of the step before",
  };
  const tints = { x: "x", hp: "h", cp: "c" };
  const knob = (key) =>
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
          label: names[key],
          name: plain[key],
          min: -span[key],
          max: span[key],
          step: 0.01,
          value: 0,
          tint: tints[key],
        });
  const pick = (key, word, count, value) =>
    count < 2
      ? ""
      : `<label class="pick">${word} <select data-k="${key}">${Array.from({ length: count }, (_, n) => `<option value="${n}"${n === value ? " selected" : ""}>${n}</option>`).join("")}</select></label>`;
  const presets = start
    ? `<div class="row" role="group" aria-label="Presets">${Object.keys(data.presets)
        .map(
          (name) =>
            `<button type="button" data-preset="${name}" aria-pressed="false">${data.presets[name].title}</button>`,
        )
        .join("")}</div>`
    : "";

  root.innerHTML =
    presets +
    `<p class="say" data-k="say"></p><div class="main" data-k="main"><div class="stage">${diagram.template}<p class="story" data-k="story"></p></div>` +
    `<div class="time"><svg role="img" class="strip" data-k="strip"></svg>` +
    `<input type="range" class="scrub x" data-k="scrub" min="1" max="${T}" step="1" value="1" aria-label="Step of the sequence">` +
    `<div class="row transport"><button type="button" data-k="play" class="go">Play</button><button type="button" data-k="step">Step</button><button type="button" data-k="reset">Reset</button><span class="count" data-k="count"></span></div></div>` +
    `<div class="knobs" role="group" aria-label="Knobs">${pick("unit", "Unit", H, unit)}` +
    (gateKnobs.length
      ? `<p class="head">Bias: opens and closes the gate</p><div class="grid">${gateKnobs.map(knob).join("")}</div>`
      : "") +
    `<p class="head">At this step</p>${pick("feature", "Input", stepKnobs.includes("x") ? D : 1, 0)}<div class="grid">${stepKnobs.map(knob).join("")}</div></div></div>` +
    `<div class="eqs">${equations.template(H > 1, "p_f" in data.params)}</div>` +
    (data.caption ? `<p class="cap">${data.caption}</p>` : "") +
    `<p class="sr" role="status" aria-live="polite" data-k="live"></p>`;
  const at = ui.refs(root);
  const speak = ui.speaker(at.live);
  const column = (part) => core.offsets(net.spec, H)[part] + unit;

  function load(name) {
    const from = name ? data.presets[name] : null;
    const params = { ...data.params };
    if (from) params.b = from.b;
    net = core.layer(data.variant, D, H, params);
    x = Float64Array.from(from ? from.x : data.x);
    edits = {};
    preset = name;
    t = from ? from.at : 1;
    for (const node of root.querySelectorAll("[data-knob]"))
      node.classList.toggle("try", !!from && from.try === node.dataset.knob);
    at.say.innerHTML = from ? from.say : data.say;
    for (const button of root.querySelectorAll("[data-preset]"))
      button.setAttribute("aria-pressed", button.dataset.preset === name);
  }

  // The whole sequence, one step at a time, because h and c may have been set by hand at a step.
  function compute() {
    let h = new Float64Array(H),
      c = new Float64Array(H);
    steps = [];
    const p = net.params,
      at0 = core.offsets(net.spec, H);
    for (let k = 0; k < T; k++) {
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
        const n = at0[part] + unit;
        s[part] = tape.a[n];
        let fromX = 0,
          fromH = 0;
        for (let d = 0; d < D; d++) fromX += now[d] * p.W[d * net.N + n];
        for (let d = 0; d < H; d++) fromH += h[d] * p.U[d * net.N + n];
        s.terms[part] = [fromX, fromH, p.b[n]];
        if (p["p_" + part])
          s.terms[part].splice(2, 0, p["p_" + part][unit] * (part === "o" ? s.c : s.cp));
      }
      steps.push(s);
      h = tape.h.slice(H);
      c = tape.c.slice(H);
    }
  }

  function paintDiagram(view) {
    diagram.draw(at, view, Math.max(1, ...steps.map((s) => Math.abs(s.c))));
  }

  function knobText(key) {
    const value = Number(at["in-" + key].value);
    return key in GATES ? (value > 0 ? "+" : "") + ui.num(value, 1) : ui.num(value);
  }

  function paint(smooth) {
    const s = steps[t - 1];
    for (const key of knobs) {
      const input = at["in-" + key];
      const value = key in GATES ? net.params.b[column(key)] : s[key];
      if (root.getRootNode().activeElement !== input || Math.abs(input.value - value) > 0.1)
        input.value = value;
      ui.fill(input);
      const text = knobText(key);
      ui.write(at["out-" + key], text);
      input.setAttribute(
        "aria-valuetext",
        key in GATES
          ? `${text}, ${key === "g" ? "candidate " + ui.num(s.g) : "gate " + ui.num(s[key])}`
          : text,
      );
    }
    at.scrub.value = t;
    at.scrub.setAttribute("aria-valuetext", `step ${t} of ${T}`);
    ui.fill(at.scrub);
    ui.write(at.count, `step ${t} of ${T}`);
    for (const part of "figo")
      at["gate-" + part].setAttribute(
        "aria-label",
        `${WORDS[part]} ${ui.num(s[part])}: show its equation`,
      );
    at.story.innerHTML = `Step ${t}: the <b class="f">forget gate</b> keeps <b>${ui.num(s.f * s.cp)}</b> of ${ui.num(s.cp)}, the <b class="i">input gate</b> adds <b>${ui.num(s.i * s.g)}</b>, the <b class="o">output gate</b> shows <b>${ui.num(s.h)}</b>.`;
    equations.draw(at, s);
    strip.draw(at.strip, steps, t);
    cancelAnimationFrame(frame);
    if (!smooth || !shown || ui.calm()) return paintDiagram((shown = { ...s }));
    const from = { ...shown };
    const began = performance.now();
    const move = (time) => {
      const part = Math.min(1, Math.max(0, time - began) / 320);
      const ease = 1 - Math.pow(1 - part, 3);
      for (const key in from)
        if (typeof from[key] === "number") shown[key] = from[key] + (s[key] - from[key]) * ease;
      paintDiagram(shown);
      if (part < 1 && host.isConnected) frame = requestAnimationFrame(move);
    };
    frame = requestAnimationFrame(move);
  }

  // Lights the equations of `parts` (first: strong, rest: what follows from it).
  function light(parts, dim) {
    for (const node of root.querySelectorAll("[data-part]")) {
      const place = parts.indexOf(node.dataset.part);
      node.classList.toggle("lit", place === 0 || (place > 0 && parts.all === true));
      node.classList.toggle("after", place > 0 && parts.all !== true);
    }
    if (dim) at.svg.dataset.dim = "";
    else delete at.svg.dataset.dim;
  }
  const FLOW = {
    f: ["f", "c", "h"],
    i: ["i", "c", "h"],
    g: ["g", "c", "h"],
    o: ["o", "h"],
    cp: ["c", "h"],
  };
  const rest = () =>
    pinned ? light([pinned], true) : data.focus ? light([data.focus], true) : light([]);

  function announce(before) {
    const s = steps[t - 1];
    const changed = PARTS.filter((part) => !before || Math.abs(before[part] - s[part]) >= 0.005);
    if (changed.length)
      speak(`Step ${t}: ` + changed.map((part) => `${WORDS[part]} ${ui.num(s[part])}`).join(", "));
  }

  function go(next, quiet) {
    t = next;
    paint(true);
    if (!quiet) announce();
  }

  function stop() {
    clearInterval(playing);
    playing = 0;
    ui.write(at.play, "Play");
  }
  function play() {
    if (playing) {
      stop();
      return announce();
    }
    if (t === T) go(1, true);
    ui.write(at.play, "Pause");
    playing = setInterval(
      () => {
        if (!host.isConnected) return stop();
        if (t < T) go(t + 1, true);
        if (t === T) {
          stop();
          announce();
        }
      },
      ui.calm() ? 1400 : 800,
    );
  }

  for (const key of knobs)
    at["in-" + key].addEventListener("input", (event) => {
      const value = Number(event.target.value);
      const before = steps[t - 1];
      if (key in GATES) net.params.b[column(key)] = value;
      else if (key === "x") x[(t - 1) * D + feature] = value;
      else ((edits[t] ||= {})[unit] ||= {})[key] = value;
      compute();
      paint();
      const parts = FLOW[key] || ["f", "i", "g", "o"];
      if (!FLOW[key]) parts.all = true;
      light(parts);
      announce(before);
    });
  at.scrub.addEventListener("input", () => {
    stop();
    go(Number(at.scrub.value));
  });
  at.play.addEventListener("click", play);
  at.step.addEventListener("click", () => {
    stop();
    go(t < T ? t + 1 : 1);
  });
  at.reset.addEventListener("click", () => {
    stop();
    load(preset);
    t = 1;
    pinned = null;
    compute();
    rest();
    paint(true);
    announce();
  });
  for (const button of root.querySelectorAll("[data-preset]"))
    button.addEventListener("click", () => {
      stop();
      load(button.dataset.preset);
      compute();
      rest();
      paint(true);
      announce();
    });
  for (const key of ["unit", "feature"])
    if (at[key])
      at[key].addEventListener("change", () => {
        if (key === "unit") unit = Number(at.unit.value);
        else feature = Number(at.feature.value);
        compute();
        paint(true);
        announce();
      });
  for (const node of root.querySelectorAll("[data-part]")) {
    const part = node.dataset.part;
    node.addEventListener("pointerenter", () => light([part], true));
    node.addEventListener("pointerleave", rest);
    if (!node.hasAttribute("tabindex")) continue;
    const pin = () => {
      pinned = pinned === part ? null : part;
      for (const gate of "figo") at["gate-" + gate].setAttribute("aria-pressed", pinned === gate);
      rest();
    };
    node.addEventListener("focus", () => light([part], true));
    node.addEventListener("blur", rest);
    node.addEventListener("click", pin);
    node.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      pin();
    });
  }
  const drag = (event) => {
    if (event.type === "pointermove" && !event.buttons) return;
    stop();
    const next = strip.stepAt(at.strip, event, T);
    if (next !== t) go(next);
  };
  at.strip.addEventListener("pointerdown", drag);
  at.strip.addEventListener("pointermove", drag);

  ui.onWidth(root, (width) => {
    root.classList.toggle("narrow", width < 640);
    strip.draw(at.strip, steps, t);
  });
  load(preset);
  compute();
  rest();
  paint();
}
