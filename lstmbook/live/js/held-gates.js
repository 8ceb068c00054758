// A cell set by hand that keeps, wipes and shows a number. Hold one part: what can it no longer do?
const FLAGS = ["write", "wipe", "show"];
const COLUMNS = "ifgo";
const HOLD = {
  f: ["Forget gate", ["free", "open", "shut"]],
  i: ["Input gate", ["free", "open", "shut"]],
  g: ["Candidate", ["free", "fixed"]],
  o: ["Output gate", ["free", "open", "shut"]],
};
const LOST = {
  "f open": "It cannot <b class='f'>wipe</b>: what was written stays, and the next value is added.",
  "f shut": "It cannot <b class='f'>keep</b>: a value is gone one step after it was written.",
  "i open":
    "It cannot <b class='i'>ignore</b>: every value gets in, also those without a write flag.",
  "i shut": "It cannot <b class='i'>write</b>: the memory stays empty.",
  "g fixed": "It knows when to write and not <b class='g'>what</b>: each write adds 0.5.",
  "o open":
    "It cannot <b class='o'>keep quiet</b>: it says at every step what it holds. The memory is as before.",
  "o shut": "It cannot <b class='o'>speak</b>: the memory is as before, and nobody hears of it.",
};

// ---- the numbers -------------------------------------------------------------------------
/** The weights with the held parts deaf, at biases that open, shut or fix them. */
function held(data, hold) {
  const W = [...data.params.W],
    b = [...data.params.b];
  for (const part in hold) {
    if (hold[part] === "free") continue;
    const k = COLUMNS.indexOf(part);
    for (let row = 0; row < data.D; row++) W[row * 4 + k] = 0;
    b[k] = data.bias[hold[part]];
  }
  return { W, U: data.params.U, b };
}

/** The store that the task asks for: wipe, then write, then show. */
function wantedOf(x, T, D) {
  const out = [];
  let content = 0;
  for (let t = 0; t < T; t++) {
    const [value, write, wipe, show] = x.slice(t * D, t * D + D);
    content = (1 - wipe) * content + write * value;
    out.push(show * content);
  }
  return out;
}

function compute(fig) {
  const { data, x, hold } = fig;
  const { T, D } = data;
  const net = core.layer("LSTM", D, 1, held(data, hold));
  const tape = core.forward(net, Float64Array.from(x), T, 1);
  const gate = (part) => Array.from({ length: T }, (_, t) => tape.a[t * 4 + COLUMNS.indexOf(part)]);
  const tenfold = (list) => Array.from(list.subarray(1), (v) => 10 * v);
  const wanted = wantedOf(x, T, D);
  const shown = tenfold(tape.h);
  fig.found = {
    ...{ f: gate("f"), i: gate("i"), o: gate("o"), memory: tenfold(tape.c), shown, wanted },
    wrong: shown.map((v, t) => Math.abs(v - wanted[t]) > 0.05),
  };
}

// ---- what stands in the figure -----------------------------------------------------------
const steps = (T) => Array.from({ length: T }, (_, t) => t);
const row = (label, cells, part = "x") =>
  `<div role="row" class="line ${part}"${part === "x" ? "" : ` data-part="${part}"`}><span role="rowheader">${label}</span>${cells.join("")}</div>`;

function markup(data) {
  const T = data.T;
  const choice = (part) =>
    `<fieldset class="${part}" data-part="${part}"><legend>${HOLD[part][0]}</legend><div class="segments">${HOLD[
      part
    ][1]
      .map(
        (way) =>
          `<label><input type="radio" name="hold-${part}" value="${way}"${data.hold[part] === way ? " checked" : ""}>${way}</label>`,
      )
      .join("")}</div></fieldset>`;
  const plain = (key) => steps(T).map((t) => `<span role="cell" data-k="${key}-${t}"></span>`);
  const flags = (name, k) =>
    steps(T).map(
      (t) =>
        `<span role="cell"><button type="button" class="flag" data-flag="${k}" data-t="${t}" tabindex="-1" aria-label="${name}, step ${t + 1}"></button></span>`,
    );
  const gates = (part) =>
    steps(T).map((t) => `<span role="cell" class="gate" data-k="${part}-${t}"><i></i></span>`);
  return (
    `<p class="say">This cell was set by hand and does its task without a mistake. Hold one part of it still: what can it no longer do?</p>` +
    `<div class="hold">${Object.keys(HOLD).map(choice).join("")}</div>` +
    `<p class="verdict" data-k="verdict"></p>` +
    `<div role="table" aria-label="Twelve steps" class="steps" style="--n: ${T}">` +
    row(
      "step",
      steps(T).map((t) => `<span role="cell" class="idle">${t + 1}</span>`),
    ) +
    row("value", plain("value")) +
    FLAGS.map((name, k) => row(name, flags(name, k + 1))).join("") +
    [..."ifo"].map((part) => row(HOLD[part][0].toLowerCase(), gates(part), part)).join("") +
    row("memory", plain("memory"), "c") +
    row("wanted", plain("wanted")) +
    row("the cell says", plain("shown"), "h") +
    `</div><div class="row transport"><button type="button" data-k="reset">Reset</button><span class="count">Tap a flag to raise or lower it.</span></div>` +
    `<p class="cap">${data.caption}</p><p class="sr" role="status" aria-live="polite" data-k="live"></p>`
  );
}

/** What the held parts cannot do, and where that shows on this sequence. */
function verdict({ hold, found }) {
  const lost = Object.entries(hold)
    .filter(([, way]) => way !== "free")
    .map(([part, way]) => LOST[`${part} ${way}`]);
  const wrong = found.wrong.flatMap((bad, t) => (bad ? [t + 1] : []));
  const at = `Wrong at ${wrong.length === 1 ? "step" : "steps"} ${wrong.join(", ")}.`;
  if (wrong.length) return `${lost.join(" ")} <span class="bad">${at}</span>`;
  if (!lost.length) return "All parts free: right at every step.";
  return `${lost.join(" ")} <b>On these flags nobody would notice.</b> Which flag would give it away?`;
}

function paint(fig) {
  const { at, root, found, data, x } = fig;
  const { T, D } = data;
  for (const t of steps(T)) {
    ui.write(at["value-" + t], ui.num(x[t * D], 1));
    at["value-" + t].classList.toggle("idle", !x[t * D + 1]);
    for (const name of ["memory", "wanted", "shown"]) {
      const node = at[`${name}-${t}`];
      ui.write(node, ui.num(found[name][t], 1));
      node.classList.toggle("idle", Math.abs(found[name][t]) < 0.05);
    }
    at["shown-" + t].classList.toggle("wrong", found.wrong[t]);
    for (const part of "ifo") {
      at[`${part}-${t}`].firstChild.style.height = (100 * found[part][t]).toFixed(1) + "%";
      at[`${part}-${t}`].setAttribute("aria-label", ui.num(found[part][t]));
    }
  }
  for (const flag of root.querySelectorAll(".flag")) {
    const on = x[flag.dataset.t * D + Number(flag.dataset.flag)] === 1;
    flag.setAttribute("aria-pressed", on);
  }
  at.verdict.innerHTML = verdict(fig);
}

// ---- what the reader does ----------------------------------------------------------------
function update(fig, part = null) {
  compute(fig);
  paint(fig);
  tell(fig, part);
  fig.speak(fig.at.verdict.textContent);
}

const tell = (fig, part) =>
  document.dispatchEvent(new CustomEvent("lbf:part", { detail: { part, from: fig.host.id } }));

/** The flags are one stop of the tab key; arrows go from flag to flag. */
function listenToFlags(fig) {
  const { root, data } = fig;
  const flags = [...root.querySelectorAll(".flag")];
  const focus = (k) => {
    for (const flag of flags) flag.tabIndex = -1;
    flags[k].tabIndex = 0;
    return flags[k];
  };
  focus(0);
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -data.T, ArrowDown: data.T };
  flags.forEach((flag, k) => {
    flag.addEventListener("keydown", (event) => {
      const next = k + (step[event.key] || 0);
      if (next === k || !flags[next]) return;
      event.preventDefault();
      focus(next).focus();
    });
    flag.addEventListener("click", () => {
      const place = flag.dataset.t * data.D + Number(flag.dataset.flag);
      fig.x[place] = 1 - fig.x[place];
      focus(k);
      update(fig);
    });
  });
}

function listen(fig) {
  const { root, at, data } = fig;
  for (const radio of root.querySelectorAll("input[type=radio]"))
    radio.addEventListener("change", () => {
      const part = radio.name.slice(-1);
      fig.hold[part] = radio.value;
      update(fig, part);
    });
  at.reset.addEventListener("click", () => {
    fig.x = [...data.x];
    for (const part in HOLD) {
      fig.hold[part] = "free";
      root.querySelector(`[name=hold-${part}][value=free]`).checked = true;
    }
    update(fig);
  });
  for (const node of root.querySelectorAll("[data-part]")) {
    node.addEventListener("pointerenter", () => tell(fig, node.dataset.part));
    node.addEventListener("pointerleave", () => tell(fig, null));
  }
  document.addEventListener("lbf:part", ({ detail }) => {
    for (const node of root.querySelectorAll("[data-part]"))
      node.classList.toggle("heard", node.dataset.part === detail.part);
  });
}

function figure(root, data, host) {
  root.innerHTML = markup(data);
  const at = ui.refs(root);
  const fig = { root, at, data, host, x: [...data.x], hold: { ...data.hold } };
  fig.speak = ui.speaker(at.live);
  listenToFlags(fig);
  listen(fig);
  compute(fig);
  paint(fig);
  ui.onWidth(root, (width) => root.classList.toggle("narrow", width < 560));
}
