// What follows from a set of switches: the variant's name, equations, diagram and parameter count.
const variants = (() => {
  const v = (letter, index) => `<i>${letter}</i><sub>${index}</sub>`;
  const OLD = "t\u22121";

  // Blocks of the weights, in the order of the package.
  const blocks = (s) =>
    s.gru ? "rzn" : (s.i ? "i" : "") + (s.f && !s.coupled ? "f" : "") + "g" + (s.o ? "o" : "");
  const gates = (s) => blocks(s).replace("g", "");
  const spec = (s) => ({
    blocks: blocks(s),
    coupled: s.coupled,
    peephole: s.peephole,
    gLinear: s.gLinear,
    hLinear: s.hLinear,
  });

  // VARIANTS_IN_BUILDER: put here from lstmbook.variants when the script is written.
  const KNOWN = VARIANTS_IN_BUILDER;
  const PARTS_OF_A_CELL = ["f", "i", "o", "coupled", "gLinear", "hLinear", "full"];
  const alike = (a, b) => PARTS_OF_A_CELL.every((part) => !!a[part] === !!b[part]);

  const name = (s) => {
    if (s.gru) {
      const { cls, title, paper } = KNOWN.find((v) => v.set.gru);
      const when = `reset ${s.after ? "after" : "before"} the product`;
      const from = `${paper}, ${s.after ? "version 1; cuDNN" : "version 3"}`;
      const args = s.after ? "" : ", reset_after=False";
      return { cls, args, title: `${title}, ${when}`, paper: from };
    }
    const cells = KNOWN.filter((v) => !v.set.gru && alike(v.set, s));
    const found = cells.find((v) => !!v.set.peephole === !!s.peephole);
    if (found) return { ...found, args: "" };
    const base = cells.find((v) => v.peepholes);
    if (base) return { ...base, args: ", peepholes=True", title: base.title + ", with peepholes" };
    return {
      cls: "",
      title: "A cell without a name",
      paper: "Greff et al. 2017 change one thing at a time; this one changes several",
    };
  };

  const count = (s, D, H) => {
    const n = blocks(s).length,
      p = s.peephole && !s.gru ? gates(s).length : 0;
    const own = s.gru && s.after ? 2 : 1;
    const full = s.full && !s.gru ? gates(s).length : 0;
    let text = `${n} <i>H</i> (<i>D</i> + <i>H</i> + ${own})`;
    if (p) text += ` + ${p > 1 ? p + " " : ""}<i>H</i>`;
    if (full) text += ` + ${full * full > 1 ? full * full + " " : ""}<i>H</i><sup>2</sup>`;
    return { text, value: n * H * (D + H + own) + p * H + full * full * H * H };
  };

  const equations = (s) => {
    const x = v("x", "t"),
      h = v("h", OLD),
      dot = " \u2299 ";
    const sum = (n, extra = "") => `${x} ${v("W", n)} + ${h} ${v("U", n)}${extra} + ${v("b", n)}`;
    if (s.gru)
      return [
        ["i", "reset gate", `${v("r", "t")} = \u03c3(${sum("r")})`],
        ["f", "update gate: keeps", `${v("z", "t")} = \u03c3(${sum("z")})`],
        [
          "g",
          "candidate",
          s.after
            ? `${v("n", "t")} = tanh(${x} ${v("W", "n")} + ${v("b", "n")} + ${v("r", "t")}${dot}(${h} ${v("U", "n")} + ${v("b", "u")}))`
            : `${v("n", "t")} = tanh(${x} ${v("W", "n")} + (${v("r", "t")}${dot}${h}) ${v("U", "n")} + ${v("b", "n")})`,
        ],
        [
          "h",
          "memory and output in one",
          `${v("h", "t")} = ${v("z", "t")}${dot}${h} + (1 \u2212 ${v("z", "t")})${dot}${v("n", "t")}`,
        ],
      ];
    const more = (n, index) =>
      (s.peephole ? ` + ${v("p", n)}${dot}${v("c", index)}` : "") +
      (s.full ? ` + [${[...gates(s)].map((k) => v(k, OLD)).join(", ")}] ${v("R", n)}` : "");
    const out = [];
    if (s.f)
      out.push([
        "f",
        "forget gate",
        s.coupled
          ? `${v("f", "t")} = 1 \u2212 ${v("i", "t")}`
          : `${v("f", "t")} = \u03c3(${sum("f", more("f", OLD))})`,
      ]);
    if (s.i) out.push(["i", "input gate", `${v("i", "t")} = \u03c3(${sum("i", more("i", OLD))})`]);
    out.push([
      "g",
      "candidate",
      s.gLinear ? `${v("g", "t")} = ${sum("g")}` : `${v("g", "t")} = tanh(${sum("g")})`,
    ]);
    out.push([
      "c",
      "memory",
      `${v("c", "t")} = ${s.f ? v("f", "t") + dot : ""}${v("c", OLD)} + ${s.i ? v("i", "t") + dot : ""}${v("g", "t")}`,
    ]);
    if (s.o) out.push(["o", "output gate", `${v("o", "t")} = \u03c3(${sum("o", more("o", "t"))})`]);
    const squashed = s.hLinear ? v("c", "t") : `tanh(${v("c", "t")})`;
    out.push(["h", "output", `${v("h", "t")} = ${s.o ? v("o", "t") + dot : ""}${squashed}`]);
    return out;
  };

  // ---- the picture ----
  const gate = (cls, x, y, letter) =>
    `<g class="${cls}"><circle class="gate" cx="${x}" cy="${y}" r="19"/><text class="letter" x="${x}" y="${y + 5.5}" text-anchor="middle">${letter}</text></g>`;
  const word = (cls, x, y, text, anchor = "start") =>
    `<text class="word ${cls}" x="${x}" y="${y}" text-anchor="${anchor}">${text}</text>`;
  const letter = (name, index) =>
    `<tspan class="mi">${name}</tspan><tspan font-size="11" dy="4">${index}</tspan>`;
  const wire = (d) => `<path class="wire" d="${d}"/>`;
  const flow = (cls, d) => `<path class="flow ${cls}" d="${d}"/>`;
  const tip = (cls, x, y) =>
    `<path class="tip ${cls}" d="M${x - 13} ${y - 8}L${x} ${y}L${x - 13} ${y + 8}Z"/>`;
  const plus = (x, y, cls) =>
    `<g class="${cls}"><circle class="plus" cx="${x}" cy="${y}" r="11"/><path class="sign" d="M${x - 6} ${y}H${x + 6}M${x} ${y - 6}V${y + 6}"/></g>`;
  const pill = (x, y, text, cls = "") =>
    `<rect class="pill ${cls}" x="${x - 30}" y="${y - 13}" width="60" height="26" rx="13"/><text class="small" x="${x}" y="${y + 5}" text-anchor="middle">${text}</text>`;
  const joint = (x, y, cls = "joint") => `<circle class="${cls}" cx="${x}" cy="${y}" r="2.8"/>`;

  const lstm = (given) => {
    // without gates nothing looks at c or at the gates of the step before
    const s = gates(given) ? given : { ...given, peephole: false, full: false };
    const F = 118,
      M = 212,
      O = 358,
      out = [];
    const forget = s.f && !s.coupled;
    out.push(wire(`M96 276H${s.o ? 328 : M}M34 276H96M${M} 276V252`), joint(M, 276));
    if (forget) out.push(wire(`M${F} 276V90`), joint(F, 276));
    if (s.i) out.push(wire(`M166 276V150H${M - 20}`), joint(166, 276));
    if (s.o) out.push(wire(`M328 276V172H${O - 20}`));
    if (s.full)
      out.push(
        `<path class="wire full" d="M68 222H106V276"/>`,
        joint(106, 276),
        `<text x="0" y="227">${[...gates(s)].map((k) => `<tspan class="mi">${k}</tspan>`).join(" ")}<tspan font-size="11" dy="4"> ${OLD}</tspan></text>`,
      );
    out.push(flow("h thin", "M44 250H96V276"), joint(96, 276));
    if (s.peephole) {
      const down = [];
      if (forget) down.push(`M40 120H${F}`);
      if (s.i) down.push(`M40 186H166`);
      if (down.length)
        out.push(`<path class="peep" d="M40 70V${s.i ? 186 : 120}${down.join("")}"/>`);
      if (s.o) out.push(`<path class="peep" d="M328 70V172"/>`);
      if (forget) out.push(joint(F, 120, "peepjoint"));
      if (s.i) out.push(joint(166, 186, "peepjoint"));
      if (s.o) out.push(joint(328, 172, "peepjoint"));
    }
    out.push(
      flow("c", "M0 70H428"),
      tip("c", 440, 70),
      flow("g", `M${M} 226V81`),
      flow("c", `M${O} 70V172`),
    );
    out.push(flow("h", `M${O} 172V238H428`), tip("h", 440, 238), plus(M, 70, "c"));
    if (s.coupled)
      out.push(`<path class="tie" d="M${M - 19} 138H${F}V90"/>`, gate("f", F, 70, "1\u2212i"));
    else if (s.f) out.push(gate("f", F, 70, "f"));
    else out.push(word("gone", F, 55, "no forget gate: f = 1", "middle"));
    if (s.f) out.push(word("f", F, 40, s.coupled ? "coupled" : "forget gate", "middle"));
    if (s.i) out.push(gate("i", M, 150, "i"), word("i", M + 28, 155, "input gate"));
    else out.push(word("gone", M + 10, 155, "no input gate: i = 1"));
    out.push(pill(M, 240, s.gLinear ? "linear" : "tanh", "g"), word("g", M + 39, 245, "candidate"));
    out.push(s.hLinear ? "" : pill(O, 114, "tanh"));
    if (s.o)
      out.push(
        gate("o", O, 172, "o"),
        word("o", O + 28, 168, "output"),
        word("o", O + 28, 185, "gate"),
      );
    else out.push(word("gone", O + 10, 168, "no output"), word("gone", O + 10, 185, "gate: o = 1"));
    out.push(
      `<text x="0" y="52">${letter("c", OLD)}</text><text x="440" y="52" text-anchor="end">${letter("c", "t")}</text><text x="0" y="255">${letter("h", OLD)}</text><text x="0" y="281">${letter("x", "t")}</text><text x="440" y="266" text-anchor="end">${letter("h", "t")}</text>`,
    );
    return out.join("");
  };

  const gru = (s) => {
    const F = 128,
      M = 232,
      Z = 356,
      out = [];
    out.push(
      wire(`M30 284H${Z}V150H${M + 20}M${M} 284V253M108 284V259`),
      joint(M, 284),
      joint(108, 284),
    );
    out.push(flow("h thin", "M40 70V240H202"));
    out.push(
      flow("h thin", "M40 186H312V150"),
      joint(312, 150, "hjoint"),
      joint(40, 186, "hjoint"),
    );
    out.push(
      flow("h", "M0 70H428"),
      tip("h", 440, 70),
      flow("g", `M${M} 226V81`),
      plus(M, 70, "h"),
    );
    out.push(
      `<path class="tie f" d="M${Z} 150V108H${F}V90"/>`,
      gate("f", F, 70, "z"),
      gate("f", M, 150, "1\u2212z"),
      gate("i", 108, 240, "r"),
    );
    out.push(
      word("f", F, 40, "keeps", "middle"),
      word("f", M + 28, 140, "writes"),
      word("i", 108, 212, "resets", "middle"),
      pill(M, 240, "tanh", "g"),
      word("g", M + 39, 245, "candidate"),
    );
    out.push(word("gone", 160, 262, s.after ? "after U" : "before U", "middle"));
    out.push(
      `<text x="0" y="52">${letter("h", OLD)}</text><text x="440" y="52" text-anchor="end">${letter("h", "t")}</text><text x="0" y="289">${letter("x", "t")}</text>`,
    );
    return out.join("");
  };
  const picture = (s) =>
    `<svg viewBox="0 0 440 300" role="img" aria-label="Diagram: ${name(s).title}">${s.gru ? gru(s) : lstm(s)}</svg>`;

  return { blocks, gates, spec, name, count, equations, picture };
})();
