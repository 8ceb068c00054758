// A dot moves over a film. Can the place where it will be next know of it, through the kernel?
const KERNELS = [1, 3, 5, 7];
const SHOWN = 5; // frames up to now; one more stands for the next

// ---- the numbers -------------------------------------------------------------------------
/** Places of the dot: straight on, thrown back at the border. */
function path({ speed, slant }, { size, frames, start }) {
  const place = [...start],
    step = [slant ? speed : 0, speed];
  const out = [[...place]];
  for (let t = 1; t < frames; t++) {
    for (const axis of [0, 1]) {
      if (place[axis] + step[axis] < 0 || place[axis] + step[axis] >= size) step[axis] *= -1;
      place[axis] += step[axis];
    }
    out.push([...place]);
  }
  return out;
}

/** How far to each side an output can see `back` steps ago, through `layers` layers. */
const reach = ({ K, layers }, back) => (layers + back) * ((K - 1) / 2);

const distance = (a, b) => Math.max(Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1]));

// ---- what stands in the figure -----------------------------------------------------------
const choice = (name, legend, options, value) =>
  `<fieldset><legend>${legend}</legend><div class="segments">${options
    .map(
      ([key, word]) =>
        `<label><input type="radio" name="${name}" value="${key}"${key === value ? " checked" : ""}>${word}</label>`,
    )
    .join("")}</div></fieldset>`;

function markup(data) {
  const { size, now } = data;
  const words = (k) => (k === SHOWN ? "next" : k === SHOWN - 1 ? "now" : `${SHOWN - 1 - k} back`);
  const same = (list) => list.map((v) => [v, String(v)]);
  return (
    `<p class="say" data-k="say"></p><div class="row options">` +
    choice("K", "Kernel", same(KERNELS), now.K) +
    choice("layers", "Layers", same([1, 2]), now.layers) +
    choice("speed", "Pixels a step", same([1, 2, 3]), now.speed) +
    `</div>` +
    panels.markup(SHOWN + 1, size, size, words) +
    ui.slider({
      key: "t",
      label: "Frame",
      name: "Frame that is now",
      min: 1,
      max: data.frames - 1,
      step: 1,
      value: now.t,
      tint: "x",
    }) +
    `<div class="row transport"><button type="button" class="go" data-k="play">Play</button><label class="tick-box"><input type="checkbox" data-k="slant"${now.slant ? " checked" : ""}> slanting</label></div>` +
    `<p class="cap">${data.caption}</p><p class="sr" role="status" aria-live="polite" data-k="live"></p>`
  );
}

/** What the place of the next dot knows, in words. */
function sentence({ now, places }) {
  const side = (K) => (K - 1) / 2;
  const next = places[now.t];
  const seen = (back) =>
    now.t - 1 - back >= 0 && distance(places[now.t - 1 - back], next) <= reach(now, back);
  const far = reach(now, 0);
  const sees = `The place where the dot will be sees ${far} ${far === 1 ? "pixel" : "pixels"} to each side now, and ${side(now.K)} more for every step back. `;
  if (!seen(0))
    return sees + "The dot is further away: nothing at that place can tell that it comes.";
  if (now.t === 1)
    return sees + "It sees the dot. This is the first frame, so nothing says which way it moves.";
  if (!seen(1))
    return (
      sees + "It sees where the dot is, not where it came from: which way it moves cannot be told."
    );
  return sees + "It sees the dot now and one frame back: the way it moves can be told.";
}

function paint(fig) {
  const { at, root, data, now } = fig;
  const { size } = data;
  const places = (fig.places = path(now, data));
  const next = places[now.t];
  for (let k = 0; k <= SHOWN; k++) {
    const back = SHOWN - 1 - k;
    const dot = places[now.t - 1 - back];
    const name = (n) => {
      const here = [Math.floor(n / size), n % size];
      if (k === SHOWN) return distance(here, next) === 0 ? "here" : "";
      const inside = dot && distance(here, next) <= reach(now, back) ? "seen" : "";
      return dot && distance(here, dot) === 0 ? `dot ${inside}` : inside;
    };
    const far = dot && back >= 0 ? distance(dot, next) : 0;
    const label =
      k === SHOWN
        ? "next frame: the place that is asked about"
        : dot
          ? `${back} steps back: dot ${far} away, reach ${reach(now, back)}`
          : `${back} steps back: before the film`;
    panels.draw(root, k, name, label);
  }
  at.say.textContent = sentence(fig);
  at["in-t"].value = now.t;
  ui.fill(at["in-t"]);
  ui.write(at["out-t"], `${now.t} of ${data.frames - 1}`);
  ui.write(at.play, fig.timer ? "Stop" : "Play");
}

function stop(fig) {
  clearInterval(fig.timer);
  fig.timer = 0;
}

function play(fig) {
  if (fig.timer) stop(fig);
  else
    fig.timer = setInterval(() => {
      fig.now.t = fig.now.t === fig.data.frames - 1 ? 1 : fig.now.t + 1;
      if (!fig.root.isConnected) stop(fig);
      paint(fig);
    }, 700);
  paint(fig);
}

function figure(root, data) {
  root.innerHTML = markup(data);
  const at = ui.refs(root);
  const fig = { root, at, data, now: { ...data.now }, timer: 0 };
  const speak = ui.speaker(at.live);
  const update = () => {
    stop(fig);
    paint(fig);
    speak(at.say.textContent);
  };
  for (const radio of root.querySelectorAll("[type=radio]"))
    radio.addEventListener("change", () => {
      fig.now[radio.name] = Number(radio.value);
      update();
    });
  at.slant.addEventListener("change", () => {
    fig.now.slant = at.slant.checked;
    update();
  });
  at["in-t"].addEventListener("input", (event) => {
    fig.now.t = Number(event.target.value);
    update();
  });
  at.play.addEventListener("click", () => play(fig));
  paint(fig);
  ui.onWidth(root, (width) => root.classList.toggle("narrow", width < 560));
}
