// What stands in the playground, and its charts.
const RUNS = {
  one: { cls: "r1", dash: "", title: (s) => (s.cell === "RNN" ? "plain start" : "forget bias 1") },
  chrono: { cls: "r2", dash: "", title: (s) => `chrono(${s.lag})` },
  own: {
    cls: "r3",
    dash: "7 4",
    title: (s) => `forget ${ui.num(s.forget, 1)}, input ${ui.num(s.input, 1)}`,
  },
};
const DIALS = ["forget", "input", "lag", "size", "seed"],
  CHOICES = ["task", "cell", "rate"];
const RATES = ["0.001", "0.003", "0.01", "0.02", "0.05"];
// The GRU's z keeps as f does, its r resets.
const GATE_LINES = { f: "f", i: "i", o: "o", z: "f", r: "i" };
const GATE_NAMES = { f: "forget", i: "input", o: "output", z: "update", r: "reset" };
// Why a control does nothing with a cell.
const IDLE = {
  RNN: { chrono: "no gates", own: "no gates" },
  NoForgetGateLSTM: { forget: "no forget gate" },
  CoupledLSTM: { input: "coupled: minus the forget bias" },
  GRU: { input: "no input gate" },
};

const playgroundMarkup = (() => {
  const choice = (data, key, word, list) =>
    `<label class="field">${word}<select data-k="set-${key}">${Object.entries(list)
      .map(([value, text]) => `<option value="${value}">${text}</option>`)
      .join("")}</select></label>`;
  const dial = (data, key, label, name, min, max, step, tint = "x") =>
    ui.slider({ key, label, name, min, max, step, value: data.start[key], tint });
  const plot = (key, title) =>
    `<figure><figcaption>${title}</figcaption><svg class="plot" role="img" data-k="${key}"></svg></figure>`;
  const starts = (data) =>
    `<fieldset><legend>Starts of the biases, side by side</legend>${Object.keys(RUNS)
      .map(
        (key) =>
          `<label class="switch ${RUNS[key].cls}"><input type="checkbox" data-k="run-${key}"><span data-k="name-${key}"></span></label>`,
      )
      .join("")}` +
    `<div class="own">${dial(data, "forget", "Own forget bias", "Own forget bias", -2, 8, 0.5, "f")}${dial(data, "input", "Own input bias", "Own input bias", -8, 2, 0.5, "i")}</div></fieldset>`;
  const rates = Object.fromEntries(RATES.map((rate) => [rate, rate]));

  return (data) =>
    `<p class="say"><span data-k="say"></span> Which start of the biases learns it? Press Train.</p><div class="side"><div class="stage">` +
    `<div class="row controls"><button type="button" class="go" data-k="train">Train</button><button type="button" data-k="once">One update</button><button type="button" data-k="reset">Reset</button><span class="count" data-k="count"></span></div>` +
    `<p class="note" data-k="note"></p>` +
    `<div class="scroll"><table><thead><tr><th scope="col">start</th><th scope="col">right</th><th scope="col">loss</th><th scope="col">result</th><td></td></tr></thead><tbody data-k="rows"></tbody></table></div>` +
    `<div class="first">${plot("accuracy", "Right answers")}</div></div>` +
    `<div class="knobs" role="group" aria-label="Settings">${choice(data, "task", "Task", { memory: "Memory", order: "Temporal order", adding: "Adding" })}${choice(data, "cell", "Cell", data.cells)}` +
    starts(data) +
    `${dial(data, "lag", "Lag", "Lag in steps", 20, 200, 10)}${dial(data, "size", "Units <i>H</i>", "Units H", 2, 32, 2)}${choice(data, "rate", "Learning rate", rates)}${dial(data, "seed", "Seed", "Seed", 0, 20, 1)}</div></div>` +
    `<div class="plots">${plot("loss", "Loss")}${plot("flow", "Gradient that reaches each step")}${plot("gates", `<label>Gates of <select data-k="whose"></select></label>`)}</div>` +
    (data.caption ? `<p class="cap">${data.caption}</p>` : "") +
    `<p class="sr" role="status" aria-live="polite" data-k="live"></p>`;
})();

// ---- charts ------------------------------------------------------------------------------
const playgroundCharts = (() => {
  /** [[sequences seen, mean of the last updates]], at most about 150 points. */
  const points = (list, batch) => {
    const stride = Math.max(1, Math.floor(list.length / 150)),
      out = [];
    for (let n = 1; n <= list.length; n += stride) out.push([n * batch, work.mean(list, n)]);
    if (list.length) out.push([list.length * batch, work.mean(list)]);
    return out;
  };
  const ticks = (most, many) => {
    const step = [200, 500, 1000, 2000, 5000, 10000, 20000].find((v) => most / v <= many) || 50000;
    return Array.from({ length: Math.floor(most / step) + 1 }, (_, n) => n * step);
  };
  const empty = (svg, text) => {
    const width = svg.clientWidth;
    svg.setAttribute("viewBox", `0 0 ${width} 180`);
    svg.style.height = "180px";
    svg.innerHTML = `<text class="tick" x="${width / 2}" y="90" text-anchor="middle">${text}</text>`;
  };

  /** Right answers and loss against the sequences seen. */
  function learning({ at, s, data }, runs) {
    const task = tasks[s.task];
    const most = Math.max(
      work.WINDOW * data.batch,
      ...runs.map((run) => run.losses.length * data.batch),
    );
    const x = {
      x: [0, most],
      height: 180,
      left: 42,
      formatX: (v) => (v >= 1000 ? v / 1000 + "k" : v),
      labels: { x: "sequences seen" },
    };
    const lines = (key) =>
      runs.map((run) => ({
        cls: run.cls,
        dash: run.dash,
        tag: run.letter,
        points: points(run[key], data.batch),
      }));
    chart.draw(at.accuracy, {
      ...x,
      height: 240,
      y: [0, 1],
      ticks: { x: ticks(most, 5), y: [0, 0.25, 0.5, 0.75, 1] },
      format: (v) => 100 * v + " %",
      rules: [{ y: task.chance, text: "chance" }],
      series: lines("rights"),
    });
    const top = task.kind === "class" ? 2 : 0.1;
    chart.draw(at.loss, {
      ...x,
      y: [0, top],
      ticks: { x: ticks(most, 4), y: [0, top / 4, top / 2, (3 * top) / 4, top] },
      format: (v) => ui.num(v, task.kind === "class" ? 1 : 3),
      series: lines("losses"),
    });
  }

  /** What the two charts over the steps of one sequence share. */
  function timeAxis(T) {
    const every = T > 120 ? 50 : T > 50 ? 20 : 10;
    return {
      axis: { x: [0, T], height: 180, left: 42, labels: { x: "step" } },
      places: Array.from({ length: Math.floor(T / every) + 1 }, (_, n) => n * every),
    };
  }

  function flow({ at, s }, runs) {
    const seen = runs.filter((run) => run.norms && run.s.lag === s.lag);
    const { axis, places } = timeAxis(s.lag + 1);
    chart.draw(at.flow, {
      ...axis,
      y: [-9, 1],
      log: true,
      cut: true,
      ticks: { x: places, y: [-9, -6, -3, 0] },
      series: seen.map((run) => ({
        cls: run.cls,
        dash: run.dash,
        tag: run.letter,
        points: run.norms.map((v, t) => [t, v ?? NaN]),
      })),
    });
  }

  /** Means over the units. */
  function gates({ at, shown }) {
    const names = Object.keys(shown?.gates || {});
    if (!names.length)
      return empty(at.gates, shown ? "A plain RNN has no gates." : "Tick a start first.");
    const { axis, places } = timeAxis(shown.s.lag + 1);
    chart.draw(at.gates, {
      ...axis,
      y: [0, 1],
      ticks: { x: places, y: [0, 0.25, 0.5, 0.75, 1] },
      format: (v) => ui.num(v, 2),
      series: names.map((name) => ({
        cls: GATE_LINES[name],
        tag: name,
        points: shown.gates[name].map((v, t) => [t + 1, v]),
      })),
    });
  }

  /** The charts in words. */
  function describe({ at, shown }, runs) {
    const each = (text) =>
      runs.map((run) => `${run.name}: ${run.losses.length ? text(run) : "not trained"}`).join("; ");
    const say = (svg, text) => svg.setAttribute("aria-label", text);
    say(
      at.accuracy,
      `Share of right answers. ${each((run) => ui.num(100 * work.mean(run.rights), 0) + " percent right")}.`,
    );
    say(at.loss, `Loss. ${each((run) => ui.num(work.mean(run.losses), 3))}.`);
    say(
      at.flow,
      "Norm of the gradient of the loss with respect to the state at each step, logarithmic.",
    );
    const names = Object.keys(shown?.gates || {}).map((name) => GATE_NAMES[name]);
    say(
      at.gates,
      names.length
        ? `Mean over the units of each gate at each step (${names.join(", ")}).`
        : "Gates: none to show.",
    );
  }

  return (fig, runs) => {
    learning(fig, runs);
    flow(fig, runs);
    gates(fig);
    describe(fig, runs);
  };
})();

// ---- why ---------------------------------------------------------------------------------
/** What was measured in a run and bears on its result; nothing more is claimed. */
const whyOf = (() => {
  const share = (v) => (v >= 0.001 ? ui.num(v, v < 0.1 ? 3 : 2) : chart.sci(v, 0));
  /** The step at which what must be remembered is read. */
  const early = (s) => (s.task === "order" ? Math.floor(0.1 * s.lag) + 1 : 1);

  const gradient = ({ norms, s }) => {
    const most = Math.max(...norms.filter(Number.isFinite));
    const part = norms[early(s)] / most;
    if (!(most > 0)) return "";
    const step = early(s);
    return part < 1e-3
      ? `Hardly any gradient reaches step ${step}: ${share(part)} of its largest. `
      : `The gradient does reach step ${step}: ${share(part)} of its largest. `;
  };
  const keeping = ({ left, gates, s }) => {
    if (left === null) return "It has no gates: the state is written anew at every step.";
    const kept = `Over the ${s.lag} steps its gates keep ${share(Math.min(1, left))} of the memory`;
    const { i } = gates;
    if (!i) return kept + ".";
    const open = i.slice(1).reduce((a, b) => a + b, 0) / (i.length - 1);
    return `${kept}; noise is written through an input gate of ${ui.num(open, 2)}.`;
  };

  return (run, batch, limit) => {
    const n = run.losses.length;
    if (!n || !run.norms) return "";
    const seen = (n * batch).toLocaleString("en-US");
    const head = run.solved
      ? ""
      : n >= limit
        ? `Not solved within ${seen} sequences, at this rate and with this seed. `
        : `Not solved yet, after ${seen} sequences. `;
    return head + gradient(run) + keeping(run);
  };
})();
