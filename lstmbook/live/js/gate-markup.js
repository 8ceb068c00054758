// What stands in the gate explorer: presets, sentence, drawing, steps, knobs, equations.
const GATES = { f: "Forget gate", i: "Input gate", g: "Candidate", o: "Output gate" };
const STATES = {
  x: ["Input <i>x</i><sub>t</sub>", "Input x t, at this step"],
  hp: ["Output <i>h</i><sub>t\u22121</sub>", "Output h t\u22121, of the step before"],
  cp: ["Memory <i>c</i><sub>t\u22121</sub>", "Memory c t\u22121, of the step before"],
};
const TINTS = { x: "x", hp: "h", cp: "c" };

const gateMarkup = (() => {
  const knob = (key, span) =>
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
          label: STATES[key][0],
          name: STATES[key][1],
          min: -span[key],
          max: span[key],
          step: 0.01,
          value: 0,
          tint: TINTS[key],
        });
  const pick = (key, word, count, value) =>
    count < 2
      ? ""
      : `<label class="pick">${word} <select data-k="${key}">${Array.from({ length: count }, (_, n) => `<option value="${n}"${n === value ? " selected" : ""}>${n}</option>`).join("")}</select></label>`;
  const button = (key, word, more = "") =>
    `<button type="button" data-k="${key}" ${more}>${word}</button>`;

  const presets = (data) =>
    data.presets
      ? `<div class="row presets" role="group" aria-label="Presets">${Object.entries(data.presets)
          .map(
            ([name, { title }]) =>
              `<button type="button" data-preset="${name}" aria-pressed="false">${title}</button>`,
          )
          .join("")}</div>`
      : "";
  // All sentences lie on one another, so that none of them moves what is below.
  const RESERVE =
    "You changed the forget bias (+4.0 \u2192 \u22128.0) and 2 more things. Memory after the last step: \u22120.00, was 0.00. Output: \u22120.00, was 0.00.";
  const say = (data) =>
    `<div class="say stack">${Object.entries(data.presets || {})
      .map(([name, preset]) => `<p data-say="${name}">${preset.say}</p>`)
      .join(
        "",
      )}<p data-say="own">${data.say}</p><p data-say="changed" data-k="changed"></p><p>${RESERVE}</p></div>`;

  const time = (data) =>
    `<div class="time"><input type="range" class="scrub x" data-k="scrub" min="1" max="${data.T}" step="1" value="1" aria-label="Step of the sequence">` +
    `<div class="row transport">${button("play", "Play", 'class="go"')}${button("step", "Step")}${button("reset", "Reset")}${button("flow", "Flow", 'aria-pressed="true"')}<span class="count" data-k="count"></span></div></div>`;

  const knobs = (data) => {
    const make = (key) => knob(key, data.span);
    const gates = data.knobs.filter((k) => k in GATES),
      states = data.knobs.filter((k) => !(k in GATES));
    return (
      `<div class="knobs" role="group" aria-label="Knobs">${pick("unit", "Unit", data.H, data.unit || 0)}` +
      (gates.length
        ? `<p class="head">Bias: opens and shuts the gate at every step</p><div class="grid">${gates.map(make).join("")}</div>`
        : "") +
      `<p class="head">At this step</p>${pick("feature", "Input", states.includes("x") ? data.D : 1, 0)}<div class="grid">${states.map(make).join("")}</div></div>`
    );
  };

  return (data) =>
    presets(data) +
    say(data) +
    `<div class="main"><div class="stage">${diagram.template}<div class="story stack"><p class="on" data-k="story"></p><p data-k="sum"></p></div></div>` +
    time(data) +
    knobs(data) +
    `<div class="steps"><svg role="img" class="strip" data-k="strip"></svg></div></div>` +
    `<details data-k="all"><summary>All six equations with the numbers of this step</summary><div class="eqs">${equations.template(data.H > 1, "p_f" in data.params)}</div></details>` +
    (data.caption ? `<p class="cap">${data.caption}</p>` : "") +
    `<p class="sr" role="status" aria-live="polite" data-k="live"></p>`;
})();
