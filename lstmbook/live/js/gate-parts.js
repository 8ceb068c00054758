// The picture of a cell as valves on lines, the strip of all steps, the equations with numbers.
const PARTS = ["f", "i", "g", "c", "o", "h"];
const WORDS = {
  f: "forget gate",
  i: "input gate",
  g: "candidate",
  c: "memory",
  o: "output gate",
  h: "output",
};

// ---- the picture of the cell -------------------------------------------------------------
const diagram = (() => {
  const R = 19;
  const sub = (letter, index) =>
    `<tspan class="mi">${letter}</tspan><tspan font-size="11" dy="4">${index}</tspan><tspan dy="-4"> </tspan>`;
  const valve = (part, x, y, turn) =>
    `<g class="part gate ${part}" data-part="${part}" tabindex="0" role="button" aria-pressed="false" data-k="gate-${part}" transform="translate(${x} ${y})">` +
    `<circle class="halo" r="${R + 6}"/><g transform="rotate(${turn})"><path class="shut" data-k="up-${part}"/><path class="shut" data-k="down-${part}"/></g>` +
    `<circle class="ring" r="${R}"/></g>`;
  // Words above a value.
  const label = (part, x, y, words, anchor = "start") =>
    `<g class="part ${part}" data-part="${part}" text-anchor="${anchor}">` +
    words
      .map((word, line) => `<text class="word" x="${x}" y="${y + 17 * line}">${word}</text>`)
      .join("") +
    `<text class="val" x="${x}" y="${y + 17 * words.length + 1}" data-k="val-${part}"></text></g>`;
  // Columns: F forget gate, M the sum, O output gate; the memory runs along y = 70.
  const F = 118,
    M = 212,
    O = 358;
  const template =
    `<svg viewBox="0 0 440 274" role="group" aria-label="Diagram of the LSTM cell" data-k="svg"><g aria-hidden="true">` +
    `<g class="wires"><path d="M96 228V254H328M96 254H84M${F} 254V90M166 254V150H${M - 21}M${M} 254V232M328 254V172H${O - 21}"/>` +
    [96, F, 166, M].map((x) => `<circle cx="${x}" cy="254" r="2.5"/>`).join("") +
    `</g><path class="wire-h" d="M84 228H96"/>` +
    `<g class="part c flow" data-part="c"><path d="M0 70H${F}" data-k="mem0"/><path d="M${F - 0.5} 70H${M - 10}" data-k="mem1"/><path d="M${M + 10} 70H428" data-k="mem2"/><path class="tip" d="M427 62L440 70L427 78Z"/></g>` +
    `<g class="part g flow" data-part="g"><path d="M${M} 204V150" data-k="wr0"/><path d="M${M} 150V81" data-k="wr1"/></g>` +
    `<g class="part o flow c" data-part="o"><path d="M${O} 70V172" data-k="rd0"/></g>` +
    `<g class="part h flow" data-part="h"><path d="M${O} 172V218H428" data-k="rd1"/><path class="tip" d="M427 210L440 218L427 226Z"/></g>` +
    `<g class="part c" data-part="c"><circle class="plus" cx="${M}" cy="70" r="11"/><path class="sign" d="M${M - 6} 70H${M + 6}M${M} 64V76"/></g>` +
    `<g class="part o" data-part="o"><rect class="pill" x="${O - 23}" y="101" width="46" height="22" rx="11"/><text x="${O}" y="117" text-anchor="middle" class="small">tanh</text></g>` +
    `<g class="part g" data-part="g"><rect class="pill g" x="${M - 32}" y="204" width="64" height="28" rx="14"/><text x="${M}" y="223.5" text-anchor="middle" class="val" data-k="val-g"></text>` +
    `<text class="word" x="${M + 39}" y="223">candidate</text></g>` +
    label("f", F, 22, ["forget gate"], "middle") +
    label("i", M + 28, 146, ["input gate"]) +
    label("o", O + 28, 152, ["output", "gate"]) +
    `<g class="part c" data-part="c"><text class="word" x="0" y="36">memory</text><text x="0" y="55">${sub("c", "t\u22121")}<tspan class="num" data-k="val-cp"></tspan></text>` +
    `<text x="${(F + M) / 2 + 4}" y="55" text-anchor="middle" class="num small" data-k="val-kept"></text>` +
    `<text class="word" x="440" y="36" text-anchor="end">memory</text><text x="440" y="55" text-anchor="end">${sub("c", "t")}<tspan class="num" data-k="val-c"></tspan></text></g>` +
    `<g class="part g" data-part="g"><text class="num small" x="${M + 11}" y="116" data-k="val-wrote"></text></g>` +
    `<g class="part h" data-part="h"><text x="440" y="246" text-anchor="end">${sub("h", "t")}<tspan class="num" data-k="val-h"></tspan></text><text class="word" x="440" y="266" text-anchor="end">output</text></g>` +
    `<text x="0" y="233">${sub("h", "t\u22121")}<tspan class="num h" data-k="val-hp"></tspan></text>` +
    `<text x="0" y="259">${sub("x", "t")}<tspan class="num x" data-k="val-x"></tspan></text></g>` +
    valve("f", F, 70, 0) +
    valve("i", M, 150, 90) +
    valve("o", O, 172, 90) +
    `<g class="part gate g" data-part="g" tabindex="0" role="button" aria-pressed="false" data-k="gate-g" transform="translate(${M} 218)"><rect class="halo" x="-36" y="-18" width="72" height="36" rx="18"/></g></svg>`;

  // Two caps of the circle leave a slit as high as the gate is open.
  const cap = (open) => {
    const y = R * Math.min(1, Math.max(0, open));
    const w = Math.sqrt(R * R - y * y);
    return [`M${-w} ${-y}A${R} ${R} 0 0 1 ${w} ${-y}Z`, `M${-w} ${y}A${R} ${R} 0 0 0 ${w} ${y}Z`];
  };

  const draw = (at, v, scale) => {
    for (const part of "fio") {
      const [up, down] = cap(v[part]);
      at["up-" + part].setAttribute("d", up);
      at["down-" + part].setAttribute("d", down);
    }
    const line = (name, value) =>
      ui.set(at[name], {
        "stroke-width": (1.5 + 10.5 * Math.min(1, Math.abs(value) / scale)).toFixed(2),
        "stroke-dasharray": value < -0.005 ? "7 5" : "none",
      });
    line("mem0", v.cp);
    line("mem1", v.f * v.cp);
    line("mem2", v.c);
    line("wr0", v.g);
    line("wr1", v.i * v.g);
    line("rd0", v.c);
    line("rd1", v.h);
    for (const name of ["f", "i", "g", "o", "c", "h", "cp", "hp", "x"])
      ui.write(at["val-" + name], ui.num(v[name]));
    ui.write(at["val-kept"], ui.num(v.f * v.cp));
    ui.write(at["val-wrote"], "+ " + ui.num(v.i * v.g));
  };
  return { template, draw };
})();

// ---- the strip of all steps --------------------------------------------------------------
const strip = (() => {
  const LEFT = 84,
    TOP = 84,
    BOTTOM = 164;
  const draw = (svg, steps, t) => {
    const width = svg.clientWidth;
    if (width < LEFT + 40) return;
    const T = steps.length;
    const w = (width - LEFT - 2) / T;
    const mid = (k) => LEFT + (k + 0.5) * w;
    const all = steps.flatMap((s) => [s.c, s.h]);
    const high = Math.max(1, ...all),
      low = Math.min(0, ...all);
    const y = (v) => BOTTOM - ((v - low) / (high - low)) * (BOTTOM - TOP);
    const wide = Math.max(1, ...steps.map((s) => Math.abs(s.x)));
    const cells = [];
    steps.forEach((s, k) => {
      const ghost = k < t ? 1 : 0.35;
      const bar = (13 * s.x) / wide;
      cells.push(
        `<rect class="x" x="${LEFT + k * w + w * 0.2}" y="${14 - Math.max(0, bar)}" width="${w * 0.6}" height="${Math.max(1, Math.abs(bar))}" opacity="${ghost}"/>`,
      );
      ["f", "i", "o"].forEach((part, row) => {
        cells.push(
          `<rect class="back" x="${LEFT + k * w + 0.5}" y="${35 + row * 15}" width="${w - 1}" height="12" rx="2"/>` +
            `<rect class="${part}" x="${LEFT + k * w + 0.5}" y="${35 + row * 15 + 12 * (1 - s[part])}" width="${w - 1}" height="${12 * s[part]}" rx="1" opacity="${ghost}"/>`,
        );
      });
    });
    const path = (name, from, to) =>
      "M" +
      steps
        .slice(from, to)
        .map((s, k) => mid(from + k).toFixed(1) + " " + y(s[name]).toFixed(1))
        .join("L");
    const area = path("c", 0, T) + `L${mid(T - 1)} ${y(0)}L${mid(0)} ${y(0)}Z`;
    const now = steps[t - 1];
    const names = [
      ["x", 19, "input", "x"],
      ["f", 45, "gate", "f"],
      ["i", 60, "gate", "i"],
      ["o", 75, "gate", "o"],
      ["c", 112, "memory", "c"],
      ["h", 132, "output", "h"],
    ];
    svg.setAttribute("viewBox", `0 0 ${width} 184`);
    svg.innerHTML =
      names
        .map(
          ([part, at, word, letter]) =>
            `<text class="name ${part}" x="0" y="${at}">${word} <tspan class="mi">${letter}</tspan></text>`,
        )
        .join("") +
      `<rect class="here" x="${LEFT + (t - 1) * w}" y="-2" width="${w}" height="${BOTTOM + 6}" rx="4"/>` +
      cells.join("") +
      `<path class="zero" d="M${LEFT} ${y(0)}H${width}"/>` +
      `<text class="tick" x="${LEFT - 6}" y="${y(high) + 5}" text-anchor="end">${ui.num(high, high < 10 ? 1 : 0)}</text><text class="tick" x="${LEFT - 6}" y="${y(0) + 5}" text-anchor="end">0</text>` +
      `<path class="area" d="${area}"/><path class="line h ghost" d="${path("h", 0, T)}"/><path class="line c ghost" d="${path("c", 0, T)}"/>` +
      `<path class="line h" d="${path("h", 0, t)}"/><path class="line c" d="${path("c", 0, t)}"/>` +
      `<circle class="dot h" cx="${mid(t - 1)}" cy="${y(now.h)}" r="4"/><circle class="dot c" cx="${mid(t - 1)}" cy="${y(now.c)}" r="5"/>` +
      `<text class="tick" x="${mid(0)}" y="182" text-anchor="middle">${t < 3 ? "" : 1}</text><text class="tick" x="${mid(T - 1)}" y="182" text-anchor="middle">${t > T - 2 ? "" : T}</text>` +
      `<text class="tick now" x="${mid(t - 1)}" y="182" text-anchor="middle">${t}</text>`;
    svg.setAttribute(
      "aria-label",
      `Gates, memory and output over ${T} steps. At step ${t}: memory ${ui.num(now.c)}, output ${ui.num(now.h)}.`,
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
  const draw = (at, s) => {
    const n = ui.num;
    const plus = (values) =>
      values.map((u, k) => (k ? (u < 0 ? " \u2212 " : " + ") + n(Math.abs(u)) : n(u))).join("");
    for (const part of "figo")
      ui.write(
        at["sum-" + part],
        (part === "g" ? "tanh" : "\u03c3") + "(" + plus(s.terms[part]) + ")",
      );
    const signed = (u) => (n(u) === n(Math.abs(u)) ? n(u) : `(${n(u)})`);
    ui.write(at["sum-c"], `${n(s.f)} \u00b7 ${signed(s.cp)} + ${n(s.i)} \u00b7 ${signed(s.g)}`);
    ui.write(at["sum-h"], `${n(s.o)} \u00b7 tanh(${n(s.c)})`);
    for (const part of PARTS) ui.write(at["eq-" + part], n(s[part], 4));
  };
  return { template, draw };
})();
