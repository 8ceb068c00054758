// Which inputs can reach one output, step by step back in time, and what it costs in weights.
const PRODUCTS = {
  depthwise: "Depthwise",
  mixing: "With mixing",
  dense: "Dense convolution",
};
const KERNELS = [1, 3, 5];

// ---- the numbers -------------------------------------------------------------------------
/** Offsets that open taps let a place see: tap j sees the place j - K/2 to the side. */
const offsets = ({ K, open }) =>
  Array.from({ length: K }, (_, j) => j - (K - 1) / 2).filter((_, j) => open[j]);

/**
 * Places that (channel, place) can see `back` steps ago: once through W, then at every step through U
 * or, along the memory, straight on. Returns a list of true and false, channels by places.
 */
function reach(setting, data, back) {
  const { C, W } = data;
  const steps = offsets(setting);
  const wide = setting.product !== "depthwise";
  const through = (from) => {
    const out = new Array(C * W).fill(false);
    from.forEach((seen, n) => {
      if (!seen) return;
      const w = n % W;
      for (const offset of steps) {
        if (w + offset < 0 || w + offset >= W) continue;
        for (let k = 0; k < C; k++)
          if (wide || k === Math.floor(n / W)) out[k * W + w + offset] = true;
      }
    });
    return out;
  };
  let seen = new Array(C * W).fill(false);
  seen[setting.channel * W + setting.place] = true;
  for (let k = 0; k < back; k++) {
    const moved = through(seen);
    seen = seen.map((one, n) => one || moved[n]);
  }
  return through(seen);
}

/** Weights of a layer with as many outputs as inputs, by the formulas of the page. */
function weights(product, C, K) {
  if (product === "dense") return 4 * C * (K * 2 * C + 1);
  return 4 * K * 2 * C + 4 * C + (product === "mixing" ? 4 * C * 2 * C : 0);
}

// ---- what stands in the figure -----------------------------------------------------------
const choice = (name, legend, options, value) =>
  `<fieldset><legend>${legend}</legend><div class="segments">${Object.entries(options)
    .map(
      ([key, word]) =>
        `<label><input type="radio" name="${name}" value="${key}"${key === String(value) ? " checked" : ""}>${word}</label>`,
    )
    .join("")}</div></fieldset>`;

function markup(data) {
  const { C, W, steps, now } = data;
  const when = (k) => (k === steps - 1 ? "this step" : `${steps - 1 - k} back`);
  const dial = (key, label, max) =>
    ui.slider({ key, label, name: label, min: 1, max, step: 1, value: now[key] + 1, tint: "x" });
  return (
    `<p class="say" data-k="say"></p>` +
    choice("product", "The product inside each gate", PRODUCTS, now.product) +
    `<div class="row taps"><fieldset><legend>Kernel</legend><div class="segments">${KERNELS.map(
      (K) =>
        `<label><input type="radio" name="kernel" value="${K}"${K === now.K ? " checked" : ""}>${K}</label>`,
    ).join("")}</div></fieldset>` +
    `<fieldset><legend>Taps (tap one to cut it)</legend><div class="row" data-k="taps"></div></fieldset></div>` +
    panels.markup(steps, C, W, when) +
    `<div class="dials">${dial("channel", "Channel of the output", C)}${dial("place", "Place of the output", W)}</div>` +
    `<table><thead><tr><th scope="col">weights</th><th scope="col">${C} channels</th><th scope="col">32 channels</th></tr></thead><tbody>${Object.keys(
      PRODUCTS,
    )
      .map(
        (p) =>
          `<tr data-row="${p}"><th scope="row">${PRODUCTS[p]}</th><td data-k="small-${p}"></td><td data-k="large-${p}"></td></tr>`,
      )
      .join("")}</tbody></table>` +
    `<p class="cap">${data.caption}</p><p class="sr" role="status" aria-live="polite" data-k="live"></p>`
  );
}

function sentence({ now, data }, first, last) {
  const { C, W, steps } = data;
  const count = (list) => list.filter(Boolean).length;
  const heard = new Set(last.flatMap((seen, n) => (seen ? [Math.floor(n / W)] : [])));
  const who =
    heard.size === 0
      ? "hears nothing: all its taps are cut"
      : heard.size === 1
        ? "hears its own channel and no other, however long you wait"
        : `hears all ${C} channels`;
  return (
    `The output of channel ${now.channel + 1}, place ${now.place + 1} ${who}. Of ${C * W} inputs it can see ` +
    `${count(first)} of this step and ${count(last)} of ${steps - 1} steps back.`
  );
}

function paint(fig) {
  const { at, root, data, now } = fig;
  const { C, W, steps } = data;
  const mine = now.channel * W + now.place;
  const seen = Array.from({ length: steps }, (_, k) => reach(now, data, steps - 1 - k));
  seen.forEach((list, k) => {
    const here = k === steps - 1;
    const count = list.filter(Boolean).length;
    panels.draw(
      root,
      k,
      (n) => (here && n === mine ? "here" : list[n] ? "seen" : ""),
      `${steps - 1 - k} steps back: ${count} of ${C * W} inputs seen`,
    );
  });
  fig.seen = seen;
  at.say.textContent = sentence(fig, seen[steps - 1], seen[0]);
  for (const key of ["channel", "place"]) {
    ui.fill(at["in-" + key]);
    ui.write(at["out-" + key], String(now[key] + 1));
  }
  for (const product in PRODUCTS) {
    ui.write(at["small-" + product], weights(product, C, now.K).toLocaleString("en"));
    ui.write(at["large-" + product], weights(product, 32, now.K).toLocaleString("en"));
  }
  for (const row of root.querySelectorAll("[data-row]"))
    row.classList.toggle("lit", row.dataset.row === now.product);
  for (const tap of at.taps.children)
    tap.setAttribute("aria-pressed", now.open[Number(tap.dataset.tap)]);
}

/** As many taps as the kernel has, all open. */
function taps(fig) {
  const { at, now } = fig;
  now.open = new Array(now.K).fill(true);
  at.taps.innerHTML = now.open
    .map((_, j) => {
      const side = j - (now.K - 1) / 2;
      const word = side ? (side < 0 ? "\u2212" : "+") + Math.abs(side) : "0";
      return `<button type="button" data-tap="${j}" aria-label="Tap ${word}">${word}</button>`;
    })
    .join("");
}

function listen(fig) {
  const { at, root, data, now } = fig;
  const speak = ui.speaker(at.live);
  const update = () => {
    paint(fig);
    speak(at.say.textContent);
  };
  for (const radio of root.querySelectorAll("[name=product]"))
    radio.addEventListener("change", () => {
      now.product = radio.value;
      update();
    });
  for (const radio of root.querySelectorAll("[name=kernel]"))
    radio.addEventListener("change", () => {
      now.K = Number(radio.value);
      taps(fig);
      update();
    });
  at.taps.addEventListener("click", (event) => {
    const tap = event.target.closest("[data-tap]");
    if (!tap) return;
    now.open[tap.dataset.tap] = !now.open[tap.dataset.tap];
    update();
  });
  const move = (n) => {
    now.channel = Math.floor(n / data.W);
    now.place = n % data.W;
    at["in-channel"].value = now.channel + 1;
    at["in-place"].value = now.place + 1;
    update();
  };
  for (const key of ["channel", "place"])
    at["in-" + key].addEventListener("input", (event) => {
      now[key] = Number(event.target.value) - 1;
      update();
    });
  const drag = (event) => {
    if (event.type === "pointermove" && !event.buttons) return;
    const cell = root.getRootNode().elementFromPoint(event.clientX, event.clientY);
    if (cell && cell.dataset.cell) move(Number(cell.dataset.cell));
  };
  const grid = root.querySelector(".panels");
  grid.addEventListener("pointerdown", drag);
  grid.addEventListener("pointermove", drag);
}

function figure(root, data) {
  root.innerHTML = markup(data);
  const fig = { root, data, at: ui.refs(root), now: { ...data.now } };
  taps(fig);
  listen(fig);
  paint(fig);
  ui.onWidth(root, (width) => root.classList.toggle("narrow", width < 560));
}
