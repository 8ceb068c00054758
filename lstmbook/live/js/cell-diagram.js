// The cell as a machine: pipes as thick as the number that they carry, dots that run in them, and
// valves that can be dragged. Units of the drawing are about one CSS pixel on a phone.
const diagram = (() => {
  const R = 17, // of a valve
    THICK = 12, // of the widest pipe
    STEP = 13; // between two dots
  const F = 106, // columns: forget gate, the sum, output gate; the memory runs along y = BELT
    M = 188,
    O = 286,
    BELT = 58;
  const VALVES = { f: [F, BELT, 0], i: [M, 128, 90], o: [O, 150, 90] };
  const GRIP = 36; // half the way of the candidate's handle

  // Name: colour, part of the cell, way.
  const PIPES = {
    before: ["c", "c", `M0 ${BELT}H${F}`],
    kept: ["c", "c", `M${F} ${BELT}H${M - 10}`],
    after: ["c", "c", `M${M + 10} ${BELT}H341`],
    made: ["g", "g", `M${M} 172V128`],
    written: ["g", "g", `M${M} 128V${BELT + 10}`],
    seen: ["c", "c", `M${O} ${BELT}V88`],
    squashed: ["c", "o", `M${O} 104V150`],
    shown: ["h", "h", `M${O} 150V200H341`],
  };
  const pipe = ([tint, part, way], name) =>
    `<g class="pipe ${tint}" data-part="${part}">` +
    ["wall", "hole", "dots"]
      .map((k) => `<path class="${k}" d="${way}" data-k="${k}-${name}"/>`)
      .join("") +
    `</g>`;
  const sub = (letter, index) =>
    `<tspan class="mi">${letter}</tspan><tspan class="sub" dy="4">${index}</tspan><tspan dy="-4"> </tspan>`;
  const text = (x, y, body, more = "") => `<text x="${x}" y="${y}" ${more}>${body}</text>`;
  const word = (x, y, body, more = "") => text(x, y, body, `class="word" ${more}`);
  const value = (x, y, key, more = "") => text(x, y, "", `class="val" data-k="val-${key}" ${more}`);
  const END = 'text-anchor="end"',
    MID = 'text-anchor="middle"';
  const group = (part, body) => `<g class="part ${part}" data-part="${part}">${body}</g>`;

  /** A valve or the candidate: a slider that stands in the drawing. */
  const control = (part, x, y, body) =>
    `<g class="gate ${part}" data-part="${part}" tabindex="0" role="slider" aria-valuemin="${part === "g" ? -1 : 0}" aria-valuemax="1" aria-valuenow="0" aria-label="${WORDS[part]}" data-k="gate-${part}" transform="translate(${x} ${y})">${body}<circle class="grip" r="6" data-k="grip-${part}"/></g>`;
  const valve = (part, [x, y, turn]) =>
    control(
      part,
      x,
      y,
      `<circle class="halo" r="${R + 6}"/><g transform="rotate(${turn})"><path class="shut" data-k="up-${part}"/><path class="shut" data-k="down-${part}"/></g><circle class="ring" r="${R}" data-k="ring-${part}"/>`,
    );

  const arrow = (tint, y) => `<path class="tip ${tint}" d="M339 ${y - 8}L352 ${y}L339 ${y + 8}Z"/>`;
  const wires =
    `<g class="wires"><path d="M80 242H233V150H${O - R}M${F} 242V${BELT + R}M146 242V128H${M - R}M${M} 242V214M84 222H92V242"/>` +
    [92, F, 146, M].map((x) => `<circle cx="${x}" cy="242" r="2.5"/>`).join("") +
    `</g>`;
  const key =
    `<g class="legend"><path class="wall c" d="M0 270H22" stroke-width="9"/>${text(27, 274, "much")}` +
    `<path class="wall c" d="M66 270H88" stroke-width="2.5"/>${text(93, 274, "little")}` +
    `<path class="wall c" d="M130 270H152" stroke-width="9"/><path class="hole" d="M130 270H152" stroke-width="5"/>${text(157, 274, "negative")}` +
    `<g transform="translate(221 270)"><circle class="key-ring" r="6"/><circle class="grip" cx="4.2" cy="-4.2" r="3"/></g>${text(233, 274, "drag: open, shut")}</g>`;
  const labels =
    group("f", word(F, 12, "forget gate", MID) + value(F, 31, "f", MID)) +
    group("i", word(M + 24, 112, "input") + word(M + 24, 126, "gate") + value(M + 24, 143, "i")) +
    group("o", word(O + 23, 141, "output") + word(O + 23, 155, "gate") + value(O + 23, 173, "o")) +
    group("g", text(M + 12, 94, "", 'class="num" data-k="val-wrote"')) +
    group(
      "c",
      word(0, 12, "memory") +
        text(0, 31, `${sub("c", "t\u22121")}<tspan class="num" data-k="val-cp"></tspan>`) +
        text((F + M) / 2 + 4, 44, "", `class="num" data-k="val-kept" ${MID}`) +
        word(352, 12, "memory", END) +
        text(352, 31, `${sub("c", "t")}<tspan class="num" data-k="val-c"></tspan>`, END),
    ) +
    group(
      "h",
      `<text x="352" y="226" text-anchor="end"><tspan class="word">output</tspan> ${sub("h", "t")}<tspan class="num" data-k="val-h"></tspan></text>` +
        text(0, 227, `${sub("h", "t\u22121")}<tspan class="num" data-k="val-hp"></tspan>`),
    ) +
    text(0, 247, `${sub("x", "t")}<tspan class="num x" data-k="val-x"></tspan>`);
  const template =
    `<svg viewBox="0 0 352 278" role="group" aria-label="Diagram of the LSTM cell" data-k="svg"><g aria-hidden="true">${wires}` +
    Object.entries(PIPES)
      .map(([name, at]) => pipe(at, name))
      .join("") +
    arrow("c", BELT) +
    arrow("h", 200) +
    `<g class="part c" data-part="c"><circle class="plus" cx="${M}" cy="${BELT}" r="11"/><path class="sign" d="M${M - 6} ${BELT}H${M + 6}M${M} ${BELT - 6}V${BELT + 6}"/></g>` +
    `<g class="part o" data-part="o"><rect class="pill" x="${O - 22}" y="86" width="44" height="20" rx="10"/>${text(O, 100.5, "tanh", MID)}${text(O + 11, 123, "", 'class="num c" data-k="val-squashed"')}</g>` +
    `${labels}${key}</g>` +
    Object.entries(VALVES)
      .map(([part, at]) => valve(part, at))
      .join("") +
    control(
      "g",
      M,
      193,
      `<rect class="halo" x="-46" y="-27" width="92" height="54" rx="24"/><rect class="pill g" x="-40" y="-21" width="80" height="42" rx="18"/><text class="word" y="-6" text-anchor="middle" aria-hidden="true">candidate</text><text class="val" y="10" text-anchor="middle" data-k="val-g" aria-hidden="true"></text>`,
    ) +
    `</svg>`;

  /** Two caps of the circle leave a slit as high as the gate is open. */
  const caps = (open) => {
    const y = R * Math.min(1, Math.max(0, open)),
      w = Math.sqrt(R * R - y * y);
    return [`M${-w} ${-y}A${R} ${R} 0 0 1 ${w} ${-y}Z`, `M${-w} ${y}A${R} ${R} 0 0 0 ${w} ${y}Z`];
  };

  /** What each pipe carries at a step. */
  const carried = (v) => ({
    before: v.cp,
    kept: v.f * v.cp,
    after: v.c,
    made: v.g,
    written: v.i * v.g,
    seen: v.c,
    squashed: Math.tanh(v.c),
    shown: v.h,
  });
  const thickness = (number, scale) => 1.5 + (THICK - 1.5) * Math.min(1, Math.abs(number) / scale);

  const drawPipes = (at, v, scale) => {
    const all = carried(v);
    for (const name in all) {
      const wide = thickness(all[name], scale);
      at["wall-" + name].setAttribute("stroke-width", wide.toFixed(2));
      const negative = all[name] < -0.005;
      at["hole-" + name].setAttribute(
        "stroke-width",
        negative ? Math.max(0.6, wide - 4).toFixed(2) : 0,
      );
      at["dots-" + name].setAttribute("stroke-width", Math.min(5, wide / 2.2).toFixed(2));
      at["dots-" + name].classList.toggle("negative", negative);
    }
  };
  const drawValves = (at, v) => {
    for (const part of "fio") {
      const [up, down] = caps(v[part]);
      at["up-" + part].setAttribute("d", up);
      at["down-" + part].setAttribute("d", down);
      at["ring-" + part].setAttribute("stroke-width", (1.5 + 1.7 * v[part]).toFixed(2));
      // the handle goes round, from below left (shut) over the top to below right (open)
      const angle = (Math.PI * (0.75 + 1.5 * v[part])) % (2 * Math.PI);
      ui.set(at["grip-" + part], {
        cx: (R * Math.cos(angle)).toFixed(2),
        cy: (R * Math.sin(angle)).toFixed(2),
      });
    }
    ui.set(at["grip-g"], { cx: (GRIP * v.g).toFixed(2), cy: 21 });
  };
  const draw = (at, v, scale) => {
    drawPipes(at, v, scale);
    drawValves(at, v);
    for (const name of ["f", "i", "g", "o", "c", "h", "cp", "hp", "x"])
      ui.write(at["val-" + name], ui.num(v[name]));
    ui.write(at["val-kept"], ui.num(v.f * v.cp));
    ui.write(at["val-wrote"], ui.signed(v.i * v.g));
    ui.write(at["val-squashed"], ui.num(Math.tanh(v.c)));
  };

  /**
   * Dots that run along the pipes, the faster the larger the number: {set(step, scale), run(bool)}.
   * The browser moves them; no script runs between two steps.
   */
  const flow = (at) => {
    const moves = {};
    for (const name in PIPES) {
      moves[name] = at["dots-" + name].animate?.(
        [{ strokeDashoffset: 0 }, { strokeDashoffset: -STEP }],
        { duration: 1000, iterations: Infinity },
      );
      moves[name]?.pause();
    }
    const set = (v, scale) => {
      const all = carried(v);
      for (const name in all) {
        const part = Math.min(1, Math.abs(all[name]) / scale);
        moves[name]?.updatePlaybackRate(part < 0.004 ? 0 : 0.4 + 4 * part);
        at["dots-" + name].style.opacity = part < 0.004 ? 0 : 1;
      }
    };
    const run = (on) => {
      for (const name in moves) on ? moves[name]?.play() : moves[name]?.pause();
    };
    return { set, run };
  };
  return { template, draw, flow };
})();
