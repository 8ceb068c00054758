// The names of the parts, the strip of all steps, the equations with numbers.
const PARTS = ["f", "i", "g", "c", "o", "h"];
const WORDS = {
  f: "forget gate",
  i: "input gate",
  g: "candidate",
  c: "memory",
  o: "output gate",
  h: "output",
};

// ---- the strip of all steps --------------------------------------------------------------
const strip = (() => {
  const LEFT = 84,
    TOP = 84,
    BOTTOM = 164,
    ROWS = { f: 35, i: 50, o: 65 };
  const NAMES = [
    ["x", 19, "input", "x"],
    ["f", 45, "gate", "f"],
    ["i", 60, "gate", "i"],
    ["o", 75, "gate", "o"],
    ["c", 112, "memory", "c"],
    ["h", 132, "output", "h"],
  ];
  const drawn = new WeakMap(); // svg -> {key, at}: what stands in it already

  /** All that does not change while width and number of steps stay. */
  const skeleton = (width) => {
    const path = (name, key) => `<path class="${name}" data-k="${key}"/>`;
    const tick = (key, x, y, anchor) =>
      `<text class="tick" data-k="${key}" x="${x}" y="${y}" text-anchor="${anchor}"></text>`;
    return (
      NAMES.map(
        ([part, y, word, letter]) =>
          `<text class="name ${part}" x="0" y="${y}" data-k="name-${part}">${word} <tspan class="mi">${letter}</tspan></text>`,
      ).join("") +
      `<rect class="here" data-k="here" y="-2" height="${BOTTOM + 6}" rx="4"/>` +
      path("back", "back") +
      ["x", "f", "i", "o"]
        .map(
          (part) => path(`bar ${part}`, part + "-past") + path(`bar ghost ${part}`, part + "-next"),
        )
        .join("") +
      path("zero", "zero") +
      ["high", "nought", "low"].map((key) => tick(key, LEFT - 6, 0, "end")).join("") +
      path("area", "area") +
      ["h", "c"].map((k) => path(`line ${k} ghost`, k + "-all")).join("") +
      ["h", "c"].map((k) => path(`line ${k}`, k + "-line")).join("") +
      path("edit", "edits") +
      `<circle class="dot h" data-k="dot-h" r="4"/><circle class="dot c" data-k="dot-c" r="5"/>` +
      tick("first", 0, 182, "middle") +
      tick("last", width, 182, "middle") +
      `<text class="tick now" data-k="now" y="182" text-anchor="middle"></text>`
    );
  };

  /** Heights of the curves: highest and lowest value, and the place of a value. */
  const scaleOf = (steps) => {
    const all = steps.flatMap((s) => [s.c, s.h]);
    const high = Math.max(1, ...all),
      low = Math.min(0, ...all);
    return { high, low, y: (v) => BOTTOM - ((v - low) / (high - low)) * (BOTTOM - TOP) };
  };

  const drawBars = (at, steps, t, w) => {
    const wide = Math.max(1, ...steps.map((s) => Math.abs(s.x)));
    const box = (x, y, width, height) =>
      `M${x.toFixed(1)} ${y.toFixed(1)}h${width.toFixed(1)}v${height.toFixed(1)}h${(-width).toFixed(1)}z`;
    const put = (key, one) => {
      at[key + "-past"].setAttribute("d", steps.slice(0, t).map(one(0)).join(""));
      at[key + "-next"].setAttribute("d", steps.slice(t).map(one(t)).join(""));
    };
    put("x", (from) => (s, k) => {
      const bar = (13 * s.x) / wide;
      return box(
        LEFT + (from + k + 0.2) * w,
        14 - Math.max(0, bar),
        0.6 * w,
        Math.max(1, Math.abs(bar)),
      );
    });
    for (const part in ROWS)
      put(
        part,
        (from) => (s, k) =>
          box(LEFT + (from + k) * w + 0.5, ROWS[part] + 12 * (1 - s[part]), w - 1, 12 * s[part]),
      );
    const cells = Object.values(ROWS).flatMap((top) =>
      steps.map((_, k) => box(LEFT + k * w + 0.5, top, w - 1, 12)),
    );
    at.back.setAttribute("d", cells.join(""));
  };

  const drawCurves = (at, steps, t, mid, edited) => {
    const { high, low, y } = scaleOf(steps);
    const line = (name, to) =>
      "M" +
      steps
        .slice(0, to)
        .map((s, k) => `${mid(k).toFixed(1)} ${y(s[name]).toFixed(1)}`)
        .join("L");
    const T = steps.length,
      now = steps[t - 1];
    for (const name of "ch") {
      at[name + "-all"].setAttribute("d", line(name, T));
      at[name + "-line"].setAttribute("d", line(name, t));
      ui.set(at["dot-" + name], { cx: mid(t - 1), cy: y(now[name]) });
    }
    at.area.setAttribute("d", line("c", T) + `L${mid(T - 1)} ${y(0)}L${mid(0)} ${y(0)}Z`);
    at.zero.setAttribute("d", `M${LEFT} ${y(0)}H${mid(T - 1) + mid(0) - LEFT}`);
    // a triangle over each step at which something was set by hand
    at.edits.setAttribute(
      "d",
      edited.map((k) => `M${mid(k - 1) - 4.5} ${BOTTOM + 1}h9l-4.5 -7z`).join(""),
    );
    const label = (key, v) => {
      at[key].setAttribute("y", y(v) + 5);
      ui.write(at[key], ui.num(v, v === 0 || Math.abs(v) >= 10 ? 0 : 1));
    };
    label("high", high);
    label("nought", 0);
    label("low", low);
    // no two of the three on one another
    at.nought.style.display = y(0) - y(high) < 13 ? "none" : "";
    // the names of the curves beside their axis, away from its zero
    const down = Math.abs(y(0) - 107) < 14 ? 22 : Math.abs(y(0) - 127) < 14 ? -14 : 0;
    at["name-c"].setAttribute("y", 112 + Math.max(0, down));
    at["name-h"].setAttribute("y", 132 + down);
    at.low.style.display = y(low) - y(0) < 13 ? "none" : "";
  };

  const draw = (svg, width, steps, t, edited = []) => {
    if (width < LEFT + 40) return;
    const T = steps.length,
      key = `${width} ${T}`;
    if (drawn.get(svg)?.key !== key) {
      svg.setAttribute("viewBox", `0 0 ${width} 184`);
      svg.innerHTML = skeleton(width);
      drawn.set(svg, { key, at: ui.refs(svg) });
    }
    const { at } = drawn.get(svg);
    const w = (width - LEFT - 2) / T;
    const mid = (k) => LEFT + (k + 0.5) * w;
    ui.set(at.here, { x: LEFT + (t - 1) * w, width: w });
    drawBars(at, steps, t, w);
    drawCurves(at, steps, t, mid, edited);
    at.first.setAttribute("x", mid(0));
    at.last.setAttribute("x", mid(T - 1));
    at.now.setAttribute("x", mid(t - 1));
    ui.write(at.first, mid(t - 1) - mid(0) < 20 ? "" : "1");
    ui.write(at.last, mid(T - 1) - mid(t - 1) < 20 ? "" : String(T));
    ui.write(at.now, String(t));
    const now = steps[t - 1];
    svg.setAttribute(
      "aria-label",
      `Gates, memory and output over ${T} steps. At step ${t}: memory ${ui.num(now.c)}, output ${ui.num(now.h)}.` +
        (edited.length ? ` Changed by hand at step ${edited.join(", ")}.` : ""),
    );
  };
  const stepAt = (svg, event, T) => {
    const box = svg.getBoundingClientRect();
    return Math.min(
      T,
      Math.max(1, Math.ceil(((event.clientX - box.left - LEFT) / (box.width - LEFT - 2)) * T)),
    );
  };
  return { draw, stepAt };
})();

// ---- equations ---------------------------------------------------------------------------
const equations = (() => {
  const v = (letter, index) => `<i>${letter}</i><sub>${index}</sub>`;
  const x = v("x", "t"),
    h = v("h", "t\u22121");
  const block = (n, sign, peep) =>
    `${v(n, "t")} = ${sign}(${x} ${v("W", n)} + ${h} ${v("U", n)}${peep ? ` + ${v("p", n)}\u2299${v("c", n === "o" ? "t" : "t\u22121")}` : ""} + ${v("b", n)})`;
  const times = (many) => (many ? " \u2299 " : " \u00b7 ");
  const text = (part, many, peep) =>
    ({
      f: block("f", "\u03c3", peep),
      i: block("i", "\u03c3", peep),
      g: block("g", "tanh"),
      o: block("o", "\u03c3", peep),
      c: `${v("c", "t")} = ${v("f", "t")}${times(many)}${v("c", "t\u22121")} + ${v("i", "t")}${times(many)}${v("g", "t")}`,
      h: `${v("h", "t")} = ${v("o", "t")}${times(many)}tanh(${v("c", "t")})`,
    })[part];
  const template = (many, peep) =>
    PARTS.map(
      (part) =>
        `<div class="eq ${part}" data-part="${part}"><span class="eq-name">${WORDS[part]}</span><span class="eq-sym math">${text(part, many, peep)}</span>` +
        `<span class="eq-num">= <span data-k="sum-${part}"></span> = <b data-k="eq-${part}"></b></span></div>`,
    ).join("");
  /** The right side of each equation in numbers. */
  const sums = (s) => {
    const n = ui.num;
    const plus = (values) =>
      values.map((u, k) => (k ? (u < 0 ? " \u2212 " : " + ") + n(Math.abs(u)) : n(u))).join("");
    const signed = (u) => (n(u) === n(Math.abs(u)) ? n(u) : `(${n(u)})`);
    const out = {};
    for (const part of "figo")
      out[part] = (part === "g" ? "tanh" : "\u03c3") + "(" + plus(s.terms[part]) + ")";
    out.c = `${n(s.f)} \u00b7 ${signed(s.cp)} + ${n(s.i)} \u00b7 ${signed(s.g)}`;
    out.h = `${n(s.o)} \u00b7 tanh(${n(s.c)})`;
    return out;
  };
  const draw = (at, s) => {
    const found = sums(s);
    for (const part of PARTS) {
      ui.write(at["sum-" + part], found[part]);
      ui.write(at["eq-" + part], ui.num(s[part], 4));
    }
  };
  return { template, draw, text, sums };
})();
