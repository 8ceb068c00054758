// Which of eight trained networks know the first symbol, by lag, start of the biases and budget.
const SEEDS = 8,
  STEP = 21;

/** Eight discs, one a network: empty at guessing, full and ringed where it knows the symbol. */
const discs = (scores, data) =>
  scores
    .map((score, k) => {
      const x = STEP * k + 11;
      const part = Math.max(0, (score - data.guessing) / (1 - data.guessing));
      const known = score >= data.solved;
      return (
        `<circle class="hole" cx="${x}" cy="11" r="8"/>` +
        `<circle class="${known ? "known" : "part"}" cx="${x}" cy="11" r="${known ? 8 : (7 * Math.sqrt(part)).toFixed(1)}"/>`
      );
    })
    .join("");

const markup = (data) =>
  `<div class="row dials"><span class="segments" role="radiogroup" aria-label="Lag">${data.lags
    .map(
      (lag) =>
        `<label><input type="radio" name="lag" value="${lag}"><span>lag ${lag}</span></label>`,
    )
    .join("")}</span>` +
  ui.slider({
    key: "budget",
    label: "Passes over the training data",
    name: "Passes over the training data",
    min: 0,
    max: data.passes.length - 1,
    step: 1,
    value: 0,
  }) +
  `</div><p class="say" data-k="say"></p><div class="both"><div class="starts" role="radiogroup" aria-label="Start of the biases">${data.starts
    .map(
      (start, k) =>
        `<label data-row="${k}"><input type="radio" name="start" value="${k}"><span class="who">${start.name}</span>` +
        `<svg aria-hidden="true" viewBox="0 0 ${SEEDS * STEP + 1} 22" data-k="discs-${k}"></svg><output data-k="count-${k}" aria-live="off"></output></label>`,
    )
    .join("")}</div>` +
  `<div class="one"><p class="head" data-k="title"></p><svg class="plot" role="img" data-k="plot"></svg><dl data-k="facts"></dl></div></div>` +
  (data.caption ? `<p class="cap">${data.caption}</p>` : "") +
  `<p class="sr" role="status" aria-live="polite" data-k="live"></p>`;

const known = (data, start, now) =>
  data.starts[start].at[now.lag].scores[now.budget].filter((score) => score >= data.solved).length;

/** One sentence: how many of the chosen start have it, and how far the others are. */
function sentence(data, now) {
  const scores = data.starts[now.start].at[now.lag].scores[now.budget];
  const count = known(data, now.start, now);
  const rest = scores.filter((score) => score < data.solved);
  const far = rest.length
    ? ` The other${rest.length > 1 ? "s are" : " is"} right in ${ui.num(Math.min(...rest))}` +
      (rest.length > 1 ? ` to ${ui.num(Math.max(...rest))} of the cases.` : " of the cases.")
    : "";
  const others = count ? far : far.replace("The others are", "They are");
  return `After ${data.passes[now.budget]} passes <b>${count} of ${SEEDS}</b> know the first symbol ${now.lag} steps later.${others}`;
}

/** The eight curves over the budget, with the chosen budget marked. */
function curves(svg, data, now) {
  const scores = data.starts[now.start].at[now.lag].scores;
  const series = [];
  for (let seed = 0; seed < SEEDS; seed++)
    series.push({ cls: "n", points: scores.map((row, k) => [k, row[seed]]) });
  const marks = scores[now.budget].map((score) => ({ x: now.budget, y: score, cls: "n", r: 4 }));
  chart.draw(svg, {
    x: [0, data.passes.length - 1],
    y: [0, 1],
    height: 190,
    right: 14,
    ticks: { x: data.passes.map((_, k) => k), y: [0, 0.25, 0.5, 0.75, 1] },
    formatX: (k) => data.passes[k],
    labels: { x: "passes", y: "named right" },
    rules: [{ y: data.guessing, text: "guessing" }],
    cursor: now.budget,
    series,
    marks,
  });
}

function facts(data, now) {
  const { weights, at } = data.starts[now.start];
  const { rate, kept, opens } = at[now.lag];
  const rows = [
    ["weights, learning rate", `${weights}, ${rate}`],
    ...(kept
      ? [
          ["of <i>c</i> the forget gates leave after the lag, untrained", kept],
          ["an input gate lets in, untrained", opens],
        ]
      : []),
  ];
  return rows.map(([what, value]) => `<div><dt>${what}</dt><dd>${value}</dd></div>`).join("");
}

function figure(root, data) {
  root.innerHTML = markup(data);
  const at = ui.refs(root);
  const now = { lag: data.lag, budget: 0, start: data.chosen };
  const speak = ui.speaker(at.live);
  const budget = at["in-budget"];

  const show = () => {
    data.starts.forEach((start, k) => {
      at[`discs-${k}`].innerHTML = discs(start.at[now.lag].scores[now.budget], data);
      ui.write(at[`count-${k}`], `${known(data, k, now)} of ${SEEDS}`);
      root.querySelector(`[data-row="${k}"]`).classList.toggle("chosen", k === now.start);
    });
    ui.write(at["out-budget"], String(data.passes[now.budget]));
    budget.setAttribute("aria-valuetext", `${data.passes[now.budget]} passes`);
    ui.fill(budget);
    const name = data.starts[now.start].name;
    at.title.innerHTML = `<b>${name}</b>, lag ${now.lag}: eight networks`;
    at.say.innerHTML = `<b>${name}:</b> ${sentence(data, now)}`;
    at.facts.innerHTML = facts(data, now);
    ui.set(at.plot, { "aria-label": `Share named right against the passes, eight networks` });
    curves(at.plot, data, now);
  };
  const changed = () => {
    show();
    speak(at.say.textContent);
  };

  root.querySelector(`[name=lag][value="${now.lag}"]`).checked = true;
  root.querySelector(`[name=start][value="${now.start}"]`).checked = true;
  budget.addEventListener("input", () => {
    now.budget = Number(budget.value);
    changed();
  });
  root.addEventListener("change", ({ target }) => {
    if (target.name === "lag") now.lag = target.value;
    else if (target.name === "start") now.start = Number(target.value);
    else return;
    changed();
  });
  ui.onWidth(root, (width) => {
    root.classList.toggle("narrow", width < 600);
    show();
  });
  show();
}
