// Weights of an LSTM and of a projected one, part by part: where does the bottleneck save?
const PARTS_OF = { W: "x", U: "h", b: "x", P: "p" };
const DIALS = {
  D: ["Inputs <i>D</i>", "Inputs D", 1, 128],
  H: ["Cells <i>H</i>", "Cells H", 2, 128],
  P: ["Output <i>P</i>", "Output P of the projected cell", 1, 128],
};

/** Numbers of weights by part; P null: not projected. */
function counts(D, H, P) {
  const back = P === null ? H : P;
  return { W: 4 * H * D, U: 4 * H * back, b: 4 * H, P: P === null ? 0 : H * P };
}
const total = (parts) => Object.values(parts).reduce((a, b) => a + b, 0);

/** The widest output that has fewer weights than the LSTM: 5 P < 4 H. */
const widest = (H) => Math.ceil((4 * H) / 5) - 1;

// ---- what stands in the figure -----------------------------------------------------------
function markup(data) {
  const { now } = data;
  const dial = ([key, [label, name, min, max]]) =>
    ui.slider({ key, label, name, min, max, step: 1, value: now[key], tint: "x" });
  const bar = (kind, name) =>
    `<div class="bar-row"><p><b>${name}</b> <span data-k="total-${kind}"></span> weights</p><div class="bar">${Object.entries(
      PARTS_OF,
    )
      .map(
        ([part, tint]) =>
          `<span class="piece ${tint} piece-${part}" data-k="${kind}-${part}"></span>`,
      )
      .join("")}</div></div>`;
  return (
    `<p class="say" data-k="say"></p><div class="dials">${Object.entries(DIALS).map(dial).join("")}</div>` +
    `<svg role="img" viewBox="0 0 440 130" data-k="cell"></svg>` +
    bar("plain", "LSTM") +
    bar("thin", "projected") +
    `<p class="keys"><span class="x"><span class="key"></span><i>W</i> reads x</span><span class="h"><span class="key"></span><i>U</i> reads h</span><span class="x pale"><span class="key"></span>biases</span><span class="p"><span class="key"></span><i>P</i><sub>h</sub> squeezes</span></p>` +
    `<p class="cap">${data.caption}</p><p class="sr" role="status" aria-live="polite" data-k="live"></p>`
  );
}

/** Inputs, cells and output as columns, as high as they are many; the way back runs under them. */
function drawing({ D, H, P }) {
  const column = (x, size, tint, name) => {
    const height = 8 + (70 * size) / 128;
    return (
      `<rect class="column ${tint}" x="${x - 15}" y="${50 - height / 2}" width="30" height="${height}" rx="4"/>` +
      `<text x="${x}" y="108" text-anchor="middle">${name} = ${size}</text>`
    );
  };
  return (
    `<path class="wire" d="M65 50H165M195 50H325M355 50H420M386 50V88H115V50"/><path class="tip" d="M420 45l10 5l-10 5z"/>` +
    column(50, D, "x", "D") +
    column(180, H, "c", "H") +
    column(340, P, "h", "P") +
    `<text x="115" y="38" text-anchor="middle">W, U</text><text x="262" y="38" text-anchor="middle">P<tspan font-size="11" dy="4">h</tspan></text><text x="430" y="38" text-anchor="end">h</text>`
  );
}

function sentence({ D, H, P }) {
  const plain = total(counts(D, H, null));
  const thin = total(counts(D, H, P));
  const n = (v) => v.toLocaleString("en");
  const by =
    thin < plain
      ? `saves ${n(plain - thin)} of ${n(plain)} weights`
      : thin > plain
        ? `adds ${n(thin - plain)} weights`
        : "has as many weights as before";
  return `Projected from ${H} cells to ${P} numbers the cell ${by}. With ${H} cells it saves up to P = ${widest(H)}.`;
}

function paint(fig) {
  const { at, now } = fig;
  const { D, H, P } = now;
  const bars = { plain: counts(D, H, null), thin: counts(D, H, P) };
  const most = Math.max(total(bars.plain), total(bars.thin));
  for (const kind in bars) {
    ui.write(at["total-" + kind], total(bars[kind]).toLocaleString("en"));
    for (const part in PARTS_OF)
      at[`${kind}-${part}`].style.width = ((100 * bars[kind][part]) / most).toFixed(2) + "%";
  }
  for (const key in DIALS) {
    at["in-" + key].value = now[key];
    ui.fill(at["in-" + key]);
    ui.write(at["out-" + key], String(now[key]));
  }
  ui.write(at.say, sentence(now));
  at.cell.innerHTML = drawing(now);
  at.cell.setAttribute(
    "aria-label",
    `${D} inputs, ${H} cells, ${P} numbers that leave and go back`,
  );
}

function figure(root, data) {
  root.innerHTML = markup(data);
  const fig = { at: ui.refs(root), now: { ...data.now } };
  const speak = ui.speaker(fig.at.live);
  for (const key in DIALS)
    fig.at["in-" + key].addEventListener("input", (event) => {
      fig.now[key] = Number(event.target.value);
      paint(fig);
      speak(fig.at.say.textContent);
    });
  paint(fig);
  ui.onWidth(root, (width) => root.classList.toggle("narrow", width < 560));
}
