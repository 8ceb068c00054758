// Which sentences get in: a valve for each, what it writes, what is left of that at the end.
const SETTINGS = { own: "as set", open: "all open", shut: "all shut" };

const line = ([sentence, ...x], t) =>
  `<li><span class="text"><b>${sentence}</b>${weather.marks(x)}</span>` +
  `<button type="button" class="valve i" data-part="i" data-valve="${t}"><svg viewBox="0 0 132 34" aria-hidden="true" data-k="valve-${t}"></svg></button>` +
  `<svg class="bar c" data-part="c" role="img" data-k="left-${t}"></svg></li>`;

const markup = (data) =>
  `<p class="say">The <b class="c">memory</b> is to hold the balance of the weather. Tap a gate to <b class="i">let a sentence in</b>, or to keep it out.</p>` +
  `<div class="segments" role="radiogroup" aria-label="All input gates">${Object.entries(SETTINGS)
    .map(
      ([key, title]) =>
        `<label><input type="radio" name="all" value="${key}"${key === "own" ? " checked" : ""}>${title}</label>`,
    )
    .join("")}</div>` +
  `<div class="total"><span>Memory at the end: the sum of the last column</span><svg class="bar c" data-part="c" role="img" data-k="total"></svg></div>` +
  `<p class="verdict" data-k="verdict"></p>` +
  `<div class="heads" aria-hidden="true"><span class="head">sentence</span><span class="head">candidate, gate, written</span><span class="head">left at the end</span></div>` +
  `<ol class="lines">${data.text.map(line).join("")}</ol>` +
  ui.slider({
    key: "bias",
    label: "Input bias <i>b</i><sub>i</sub>",
    name: "Input bias",
    min: -10,
    max: 6,
    step: 0.5,
    value: data.bias,
    tint: "i",
  }) +
  (data.caption ? `<p class="cap">${data.caption}</p>` : "") +
  `<p class="sr" role="status" aria-live="polite" data-k="live"></p>`;

/** Gate, candidate, what is written and what is left of it at the end, for each sentence. */
function measure({ data, now }) {
  const { cell, text } = data;
  const b = data.weights.b.map((v, k) => (k < 2 ? now.bias : v));
  const all = { own: undefined, open: 1, shut: 0 }[now.all];
  const steps = weather.run(
    { ...data.weights, b },
    text.map((s) => s.slice(1)),
    (t, gate) => (gate === "i" ? (now.put[t] ?? all) : undefined),
  );
  let later = 1;
  const found = steps.map((s) => ({ gate: s.i[cell], candidate: s.g[cell] }));
  for (let t = steps.length - 1; t >= 0; t--) {
    found[t].written = found[t].gate * found[t].candidate;
    found[t].left = found[t].written * later;
    later *= steps[t].f[cell];
  }
  return { lines: found, memory: steps.at(-1).c[cell] };
}

/** A pipe with a valve: the candidate from the left, what gets through to the right. */
function drawValve(svg, { gate, candidate, written }) {
  const thick = (v) => 1 + 11 * Math.abs(v);
  const dash = candidate < 0 ? ' stroke-dasharray="7 3"' : "";
  const slit = 12 * gate;
  svg.innerHTML =
    `<path class="flow g" d="M0 17H45"${dash} stroke-width="${thick(candidate)}"/>` +
    (Math.abs(written) < 0.005
      ? ""
      : `<path class="flow i" d="M63 17H88"${dash} stroke-width="${thick(written)}"/>`) +
    `<circle class="ring" cx="54" cy="17" r="13"/>` +
    `<path class="lid" d="M54 5V${17 - slit}M54 29V${17 + slit}"/>` +
    `<text class="gate-text" x="92" y="22">${gate.toFixed(2)}</text>`;
}

/** A signed bar on an axis from -span to span, its number beside it. */
function drawBar(svg, value, span, name) {
  const width = svg.clientWidth;
  if (!width) return;
  const x = (v) => width / 2 + (v / span) * (width / 2 - 46);
  const end = x(value);
  const right = value >= 0;
  svg.setAttribute("viewBox", `0 0 ${width} 34`);
  svg.innerHTML =
    `<path class="zero" d="M${width / 2} 0V34"/>` +
    `<path class="fill" d="M${width / 2} 17H${end}"/>` +
    `<text class="num" x="${end + (right ? 5 : -5)}" y="22" text-anchor="${right ? "start" : "end"}">${weather.signed(value)}</text>`;
  svg.setAttribute("aria-label", `${name} ${weather.signed(value)}`);
}

function verdict({ data }, { lines, memory }) {
  const inside = lines.flatMap((l, t) => (l.gate >= 0.5 ? [t + 1] : []));
  const about = data.text.flatMap((s, t) => (s[2] ? [t + 1] : []));
  const says =
    memory > 0.3
      ? "good weather, on balance"
      : memory < -0.3
        ? "bad weather, on balance"
        : "next to nothing";
  const missing = about.some((t) => !inside.includes(t));
  const why = missing
    ? "Not all of the weather is in it."
    : inside.length > about.length
      ? "Not only the weather is in it."
      : "These are the sentences about the weather.";
  const who = inside.length ? `Let in: ${inside.join(", ")}. ` : "Nothing is let in. ";
  return `${who}The memory ends at ${weather.signed(memory)}: ${says}. ${why}`;
}

function paint(fig) {
  const { at, now, root } = fig;
  const found = measure(fig);
  const span = Math.max(1, ...found.lines.map((l) => Math.abs(l.left)), Math.abs(found.memory));
  found.lines.forEach((l, t) => {
    drawValve(at[`valve-${t}`], l);
    drawBar(at[`left-${t}`], l.left, span, `Of sentence ${t + 1} left at the end:`);
    const button = root.querySelector(`[data-valve="${t}"]`);
    button.setAttribute("aria-pressed", now.put[t] !== undefined);
    button.setAttribute(
      "aria-label",
      `${l.gate.toFixed(2)}: gate at sentence ${t + 1}, candidate ${weather.signed(l.candidate)}, written ${weather.signed(l.written)}`,
    );
  });
  drawBar(at.total, found.memory, span, "Memory at the end:");
  ui.write(at["out-bias"], ui.num(now.bias, 1));
  ui.fill(at["in-bias"]);
  const text = verdict(fig, found);
  ui.write(at.verdict, text);
  fig.speak(text);
  return found;
}

function listen(fig) {
  const { at, now, root } = fig;
  at["in-bias"].addEventListener("input", (event) => {
    now.bias = Number(event.target.value);
    paint(fig);
  });
  for (const radio of root.querySelectorAll("[name=all]"))
    radio.addEventListener("change", () => {
      now.all = radio.value;
      now.put = {};
      paint(fig);
    });
  for (const button of root.querySelectorAll("[data-valve]"))
    button.addEventListener("click", () => {
      const t = button.dataset.valve;
      if (now.put[t] !== undefined) delete now.put[t];
      else now.put[t] = measure(fig).lines[t].gate >= 0.5 ? 0 : 1;
      paint(fig);
    });
}

function figure(root, data, host) {
  root.innerHTML = markup(data);
  const at = ui.refs(root);
  const fig = {
    at,
    data,
    root,
    now: { bias: data.bias, all: "own", put: {} },
    speak: ui.speaker(at.live),
  };
  listen(fig);
  parts.join(root, host.id);
  paint(fig);
  host.lstmbook = { measure: () => measure(fig) };
  ui.onWidth(root, (width) => {
    root.classList.toggle("narrow", width < 560);
    paint(fig);
  });
}
