// The playground: several starts of the biases trained side by side, runs kept to compare.
const LETTERS = "ABCD";

/** What computes: a worker made of the script of this very figure; the page itself if it must. */
function makeLab(fig) {
  const hear = (answer) => fig.host.isConnected && listenToLab(fig, answer);
  const local = () => {
    fig.where = "page";
    const ask = work.serve(hear, requestAnimationFrame, 12);
    return { ask, end: () => {} };
  };
  if (fig.data.worker === false) return local();
  try {
    const code = `const { work } = (${workshop})();
      const ask = work.serve((answer) => postMessage(answer), (next) => setTimeout(next, 0), 90);
      onmessage = (event) => ask(event.data);`;
    const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
    const worker = new Worker(url);
    fig.where = "worker";
    worker.onmessage = (event) => {
      URL.revokeObjectURL(url);
      if (!fig.host.isConnected) return worker.terminate();
      hear(event.data);
    };
    // a page may forbid workers; nothing has been computed then
    worker.onerror = () => {
      worker.terminate();
      fig.lab = local();
      begin(fig);
    };
    return { ask: (what) => worker.postMessage(what) };
  } catch {
    return local();
  }
}

// ---- settings and the address ------------------------------------------------------------
const ticked = ({ at, s }) =>
  Object.keys(RUNS).filter((key) => at["run-" + key].checked && !IDLE[s.cell]?.[key]);

/** Settings as they stand behind the # of the address. */
const inAddress = ({ s, host, at }) => {
  const keys = Object.keys(RUNS).filter((key) => at["run-" + key].checked);
  const parts = [...CHOICES, ...DIALS].map((key) => `${key}=${s[key]}`);
  return `#${host.id}:${[...parts, `starts=${keys.join("+")}`].join("&")}`;
};

function fromAddress(fig) {
  const { host, at, s } = fig;
  const head = `#${host.id}:`;
  if (!location.hash.startsWith(head)) return;
  const found = new URLSearchParams(location.hash.slice(head.length).replaceAll("+", "%2B"));
  for (const key of DIALS) {
    const { min, max, step } = at["in-" + key];
    const value = Number(found.get(key));
    // what a slider cannot show is not taken
    if (found.has(key) && value >= min && value <= max && (value - min) % step === 0)
      s[key] = value;
  }
  for (const key of CHOICES) {
    const values = [...at["set-" + key].options].map((option) => option.value);
    if (values.includes(found.get(key))) s[key] = found.get(key);
  }
  if (found.has("starts"))
    for (const key in RUNS) at["run-" + key].checked = found.get("starts").split("+").includes(key);
}

function toAddress(fig) {
  try {
    history.replaceState(history.state, "", inAddress(fig));
  } catch {
    // a frame that may not change its address; the figure works without
  }
}

// ---- runs --------------------------------------------------------------------------------
/** All runs anew, with the settings that hold now. */
function begin(fig, note = "") {
  const { s, data } = fig;
  const keys = ticked(fig);
  fig.id += 1;
  fig.playing = false;
  fig.over = !keys.length;
  fig.runs = keys.map((key) => ({
    key,
    ...RUNS[key],
    name: RUNS[key].title(s),
    s: { ...s },
    losses: [],
    rights: [],
    solved: 0,
    norms: null,
    gates: {},
    left: null,
  }));
  fig.shown = fig.runs[fig.runs.length - 1] || null;
  fig.note = keys.length ? note : "No start is ticked: tick one, then press Train.";
  fig.lab.ask({ type: "begin", id: fig.id, s: { ...s }, keys, data });
  paint(fig);
}

/** News of the runs, several times a second. */
function listenToLab(fig, { id, playing, runs, over }) {
  if (id !== fig.id) return;
  fig.playing = playing;
  fig.over = over;
  for (const news of runs) {
    const run = fig.runs.find(({ key }) => key === news.key);
    run.losses.push(...news.losses);
    run.rights.push(...news.rights);
    if (news.solved && !run.solved) {
      fig.shown = run;
      fig.speak(`${run.name}: solved after ${news.solved} sequences.`);
    }
    for (const key of ["solved", "norms", "gates", "left"]) run[key] = news[key];
  }
  if (fig.once) {
    fig.once = false;
    fig.speak(
      fig.runs
        .map((run) => `${run.name}: loss ${ui.num(run.losses[run.losses.length - 1], 3)}`)
        .join("; "),
    );
  }
  paint(fig);
}

/** Keeps a run, or lets go of one that is kept. */
function pin(fig, run) {
  const free = [...LETTERS].find((letter) => !fig.pinned.some((p) => p.letter === letter));
  if (run.letter) fig.pinned = fig.pinned.filter((other) => other !== run);
  else if (free) {
    const { s } = run;
    const dash = { A: "2 3", B: "6 3", C: "9 3 2 3", D: "1 4" }[free];
    const kept = { ...run, letter: free, dash, cls: run.cls + " kept" };
    kept.losses = [...run.losses];
    kept.rights = [...run.rights];
    kept.name = `${free}: ${run.name}`;
    kept.about = `${s.task}, ${s.cell}, lag ${s.lag}, ${s.size} units, rate ${s.rate}, seed ${s.seed}`;
    fig.pinned.push(kept);
  }
  fig.note = run.letter
    ? `${run.name} is let go.`
    : free
      ? `Kept as ${free}; settings can be changed now.`
      : "Four runs are kept already: let one go first.";
  fig.speak(fig.note);
  paint(fig);
}

// ---- the picture -------------------------------------------------------------------------
function verdict({ data }, run) {
  const n = run.losses.length * data.batch;
  if (run.solved) return `<b>solved</b> after ${run.solved.toLocaleString("en-US")}`;
  if (!n) return "";
  const state = work.mean(run.rights) < tasks[run.s.task].chance + 0.1 ? "at chance" : "learning";
  return run.losses.length >= work.LIMIT ? `not within ${n.toLocaleString("en-US")}` : state;
}

function rowOf(fig, run) {
  const n = run.losses.length;
  const dash = run.dash
    ? "background:repeating-linear-gradient(90deg,var(--k) 0 5px,transparent 5px 8px)"
    : "";
  const why = whyOf(run, fig.data.batch, work.LIMIT);
  return (
    `<tr class="${run.cls}"><th scope="row"><span class="key" style="${dash}"></span>${run.name}</th><td>${n ? ui.num(100 * work.mean(run.rights), 0) + " %" : ""}</td><td>${n ? ui.num(work.mean(run.losses), 3) : ""}</td><td>${verdict(fig, run)}</td>` +
    `<td><button type="button" class="pin" data-pin="${run.letter || run.key}" aria-label="${run.letter ? "Let go of" : "Keep"} ${run.name}"${n ? "" : " disabled"}>${run.letter ? "Let go" : "Keep"}</button></td></tr>` +
    `<tr class="why"><td colspan="5">${run.letter ? `<b>${run.about}.</b> ` : ""}${why}</td></tr>`
  );
}

/** The rows keep their buttons, so that the focus stays where it is. */
function paintRows(fig) {
  const html = [...fig.runs, ...fig.pinned].map((run) => rowOf(fig, run)).join("");
  if (html === fig.html) return;
  fig.html = html;
  const root = fig.root.getRootNode();
  const held = root.activeElement?.dataset?.pin;
  fig.at.rows.innerHTML = html;
  if (held) fig.at.rows.querySelector(`[data-pin="${held}"]`)?.focus();
}

function paintSettings(fig) {
  const { at, s, runs, data } = fig;
  const idle = IDLE[s.cell] || {};
  for (const key of DIALS) {
    const input = at["in-" + key];
    if (Number(input.value) !== s[key]) input.value = s[key];
    ui.fill(input);
    input.disabled = !!idle[key] || (["forget", "input"].includes(key) && !at["run-own"].checked);
    if (s.cell === "RNN" && ["forget", "input"].includes(key)) input.disabled = true;
    const digits = key === "forget" || key === "input" ? 1 : 0;
    ui.write(at["out-" + key], idle[key] || ui.num(s[key], digits));
  }
  for (const key of CHOICES) at["set-" + key].value = s[key];
  for (const key in RUNS) {
    at["run-" + key].disabled = !!idle[key];
    const name = key === "own" ? "own biases" : RUNS[key].title(s);
    ui.write(at["name-" + key], name + (idle[key] ? `: ${idle[key]}` : ""));
  }
  ui.write(at.say, tasks[s.task].say(s.lag));
  const most = Math.max(0, ...runs.map((run) => run.losses.length)) * data.batch;
  ui.write(at.count, runs.length ? `${most.toLocaleString("en-US")} sequences` : "");
  ui.write(at.note, fig.note);
  ui.write(at.train, fig.playing ? "Pause" : "Train");
  at.train.disabled = at.once.disabled = !runs.length;
}

function paintWhose({ at, runs, pinned, shown }) {
  const all = [...runs, ...pinned];
  const html = all
    .map((run) => `<option value="${run.letter || run.key}">${run.name}</option>`)
    .join("");
  if (at.whose.dataset.html !== html) {
    at.whose.innerHTML = html;
    at.whose.dataset.html = html;
  }
  at.whose.disabled = !all.length;
  if (shown) at.whose.value = shown.letter || shown.key;
}

function paint(fig) {
  paintSettings(fig);
  paintRows(fig);
  paintWhose(fig);
  const same = fig.pinned.filter((run) => run.s.task === fig.s.task);
  playgroundCharts(fig, [...fig.runs, ...same]);
}

// ---- what the reader does ----------------------------------------------------------------
function train(fig) {
  if (fig.playing) return fig.lab.ask({ type: "pause" });
  if (fig.over) begin(fig, "All had come to an end: they start anew.");
  if (!fig.runs.length) return;
  fig.playing = true;
  fig.note = "";
  paint(fig);
  fig.lab.ask({ type: "train" });
}

function once(fig) {
  if (fig.over) return;
  fig.once = true;
  fig.lab.ask({ type: "once" });
}

/** After a change of a setting: the runs start anew, in words if there was anything to lose. */
function changed(fig) {
  const lost = fig.runs.some((run) => run.losses.length);
  begin(fig, lost ? "Another setting: the runs start anew. Keep one to compare." : fig.note);
  toAddress(fig);
}

function listen(fig) {
  const { at, s } = fig;
  at.train.addEventListener("click", () => train(fig));
  at.once.addEventListener("click", () => once(fig));
  at.reset.addEventListener("click", () => begin(fig));
  for (const key of DIALS)
    at["in-" + key].addEventListener("input", (event) => {
      s[key] = Number(event.target.value);
      changed(fig);
    });
  for (const key of CHOICES)
    at["set-" + key].addEventListener("change", (event) => {
      s[key] = event.target.value;
      if (IDLE[s.cell]?.own && !ticked(fig).length) at["run-one"].checked = true;
      changed(fig);
    });
  for (const key in RUNS) at["run-" + key].addEventListener("change", () => changed(fig));
  at.rows.addEventListener("click", ({ target }) => {
    const key = target.dataset?.pin;
    const run = [...fig.runs, ...fig.pinned].find((one) => (one.letter || one.key) === key);
    if (run) pin(fig, run);
  });
  at.whose.addEventListener("change", () => {
    const all = [...fig.runs, ...fig.pinned];
    fig.shown = all.find((run) => (run.letter || run.key) === at.whose.value);
    paint(fig);
  });
  addEventListener("hashchange", () => {
    if (!fig.host.isConnected || location.hash === inAddress(fig)) return;
    fromAddress(fig);
    begin(fig);
  });
}

/**
 * What one figure on the page knows: the argument `fig`.
 * @typedef {object} Playground
 * @property {object} s - the settings
 * @property {object} lab - what computes: `ask` it
 * @property {object[]} runs - one a start: what the lab told of it
 * @property {object[]} pinned - runs that are kept, with a letter and the settings they had
 * @property {?object} shown - the run whose gates are drawn
 */

/** @returns {Playground} */
function state(root, data, host) {
  const at = ui.refs(root);
  return {
    root,
    data,
    host,
    at,
    s: { ...data.start },
    speak: ui.speaker(at.live, 300),
    id: 0,
    runs: [],
    pinned: [],
    playing: false,
    over: false,
    once: false,
    note: "",
    shown: null,
  };
}

function figure(root, data, host) {
  root.innerHTML = playgroundMarkup(data);
  const fig = state(root, data, host);
  for (const key in RUNS) fig.at["run-" + key].checked = data.runs.includes(key);
  fromAddress(fig);
  fig.lab = makeLab(fig);
  listen(fig);
  // For tests: the state behind the picture, and training without it.
  host.lstmbook = {
    runs: () => fig.runs,
    where: () => fig.where,
    lab: () => work.begin(fig.s, ticked(fig), data),
    step: work.step,
  };
  begin(fig);
  ui.onWidth(root, () => paint(fig));
}
