// A question at one step of a stream: which steps does the answer need, and which network has them?
const ROWS = {
  lstm: "One direction: any gates, any memory",
  late: "The same, answering four steps late",
  both: "Two directions",
};
const NAMES = ["value", "write", "wipe", "show"];
const DELAY = 4;

// ---- the numbers -------------------------------------------------------------------------
/** Steps that the answer at step t hangs on, from the wipes: [first, last], last < first if none. */
function needed({ x, T }, ask, t) {
  const wiped = (k) => x[k * 4 + 2] === 1;
  if (ask === "past") {
    let first = t;
    while (first > 0 && !wiped(first)) first--;
    return [first, t];
  }
  let last = t + 1;
  while (last < T - 1 && !wiped(last)) last++;
  return [t + 1, Math.min(last, T - 1)];
}

/** The last step that a network has read when it answers for step t. */
const seen = { lstm: (t) => t, late: (t, T) => Math.min(T - 1, t + DELAY), both: (t, T) => T - 1 };

/** What is wanted at step t: the store after the step, or of the steps to come. */
function answer({ x, T }, ask, t) {
  let content = 0;
  const read = (k) => (content = (1 - x[k * 4 + 2]) * content + x[k * 4 + 1] * x[k * 4]);
  if (ask === "past") for (let k = 0; k <= t; k++) read(k);
  else for (let k = T - 1; k > t; k--) read(k);
  return content;
}

// ---- what stands in the figure -----------------------------------------------------------
function markup(data) {
  const steps = Array.from({ length: data.T }, (_, t) => t);
  const row = (label, cells, tint = "x") =>
    `<div role="row" class="line ${tint}"><span role="rowheader">${label}</span>${cells.join("")}</div>`;
  const cell = (key) => steps.map((t) => `<span role="cell" data-k="${key}-${t}"></span>`);
  const inputs = NAMES.map((name, k) =>
    row(
      name,
      steps.map((t) => {
        const v = data.x[t * 4 + k];
        return `<span role="cell" class="${v ? "" : "idle"}">${k ? (v ? "\u2713" : "\u00b7") : ui.num(v, 1)}</span>`;
      }),
    ),
  );
  const asked = steps.map(
    (t) =>
      `<span role="cell"><button type="button" data-t="${t}" aria-label="Ask at step ${t + 1}">${t + 1}</button></span>`,
  );
  const choice = ["past", "future"]
    .map(
      (ask) =>
        `<label><input type="radio" name="ask" value="${ask}"${ask === data.ask ? " checked" : ""}>${ask}</label>`,
    )
    .join("");
  return (
    `<p class="say" data-k="say"></p><fieldset><legend>The question</legend><div class="segments">${choice}</div></fieldset>` +
    `<div role="table" aria-label="The stream, and what each network has read" class="steps" style="--n: ${data.T}">` +
    row("ask at step", asked) +
    inputs.join("") +
    row("the answer needs", cell("need")) +
    Object.entries(ROWS)
      .map(([key, label]) => row(`${label}: <b data-k="has-${key}"></b>`, cell(key), "x wide"))
      .join("") +
    `</div><p class="cap">${data.caption}</p><p class="sr" role="status" aria-live="polite" data-k="live"></p>`
  );
}

function paint(fig) {
  const { at, root, data, ask, t } = fig;
  const [first, last] = needed(data, ask, t);
  const inside = (k) => k >= first && k <= last;
  const many = Math.max(0, last - first + 1);
  const able = [];
  for (let k = 0; k < data.T; k++) at["need-" + k].className = inside(k) ? "need" : "";
  for (const key in ROWS) {
    const until = seen[key](t, data.T);
    let has = 0;
    for (let k = 0; k < data.T; k++) {
      if (inside(k) && k <= until) has++;
      at[`${key}-${k}`].className = k > until ? "" : inside(k) ? "read used" : "read";
    }
    ui.write(at["has-" + key], has === many ? "has all" : `has ${has} of ${many}`);
    if (has === many) able.push(key);
  }
  for (const button of root.querySelectorAll("[data-t]"))
    button.setAttribute("aria-pressed", Number(button.dataset.t) === t);
  const who = {
    3: "All three have read it.",
    2: "Without a second direction it takes an answer that comes late.",
    1: "Only the second direction has read it all.",
  }[able.length];
  at.say.textContent =
    `Asked at step ${t + 1} for the ${ask}, the answer is ${ui.num(answer(data, ask, t), 1)}. ` +
    (many
      ? `It hangs on ${many === 1 ? `step ${first + 1}` : `steps ${first + 1} to ${last + 1}`}. ${who}`
      : "Nothing comes any more, so it needs nothing.");
}

function figure(root, data) {
  root.innerHTML = markup(data);
  const at = ui.refs(root);
  const fig = { root, at, data, ask: data.ask, t: data.t };
  const speak = ui.speaker(at.live);
  const update = () => {
    paint(fig);
    speak(
      `${at.say.textContent} ${Object.keys(ROWS)
        .map((key) => `${ROWS[key]}: ${at["has-" + key].textContent}`)
        .join(". ")}`,
    );
  };
  for (const radio of root.querySelectorAll("[name=ask]"))
    radio.addEventListener("change", () => {
      fig.ask = radio.value;
      update();
    });
  for (const button of root.querySelectorAll("[data-t]"))
    button.addEventListener("click", () => {
      fig.t = Number(button.dataset.t);
      update();
    });
  paint(fig);
  ui.onWidth(root, (width) => root.classList.toggle("narrow", width < 560));
}
