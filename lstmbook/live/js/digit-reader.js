// An LSTM reads a digit row by row; its belief after every row stands beside that row.
function figure(root, data, host) {
  const N = 8,
    GRID = 32,
    PEN = 2.1;
  const decode = ({ q, scale }) =>
    Float64Array.from(atob(q), (letter) => ((letter.charCodeAt(0) << 24) >> 24) * scale);
  const weights = {};
  for (const name in data.weights) weights[name] = decode(data.weights[name]);
  const net = core.layer(data.variant, N, data.H, weights);
  const K = data.classes.length;
  let ink = new Uint8Array(N * N),
    strokes = [],
    row = N,
    cursor = [3, 3],
    probs = [],
    timer = 0,
    chosen = null;

  const cells = (name, columns, x0) =>
    Array.from(
      { length: N * columns },
      (_, n) =>
        `<rect class="${name}" x="${x0 + (n % columns)}" y="${Math.floor(n / columns)}" width="1" height="1"/>`,
    ).join("");
  root.innerHTML =
    `<p class="say">Draw a digit, or take one of these. The network reads it from top to bottom, one row of eight numbers a step.</p>` +
    `<div class="row" role="group" aria-label="Digits from the test set">${data.examples.map((e, n) => `<button type="button" data-example="${n}" aria-pressed="false">${e.name}</button>`).join("")}<button type="button" data-k="clear">Clear</button></div>` +
    `<div class="main"><div class="pad"><p class="head">Draw here</p><canvas width="280" height="280" data-k="canvas" aria-hidden="true"></canvas></div>` +
    `<div class="see"><p class="head heads"><span>What it sees</span><span>What it believes after each row</span></p>` +
    `<svg viewBox="-0.1 -0.1 19.8 9.2" data-k="svg" tabindex="0" role="application" aria-roledescription="drawing of 8 by 8 pixels" aria-label="Pixels of the digit. Arrow keys move, space inks, backspace erases."><g class="ink">${cells("px", N, 0)}</g><g class="belief">${cells("bx", K, 9.4)}</g>` +
    data.classes
      .map(
        (name, k) =>
          `<text class="digit" x="${9.9 + k}" y="8.75" text-anchor="middle" data-k="digit-${k}">${name}</text>`,
      )
      .join("") +
    `<rect class="frame" data-k="frame" x="0" width="19.4" height="1"/><rect class="at" data-k="at" width="1" height="1"/></svg>` +
    ui.slider({
      key: "row",
      label: "Rows read",
      name: "Rows read",
      min: 0,
      max: N,
      step: 1,
      value: N,
      tint: "x",
    }) +
    `<div class="row"><button type="button" class="go" data-k="read">Read it</button></div></div><div class="result">` +
    `<div class="answer"><span class="big" data-k="answer"></span><span data-k="why"></span></div><div class="bars" data-k="bars" aria-hidden="true">${data.classes.map((name, k) => `<span class="bar"><i data-k="bar-${k}"></i><b>${name}</b></span>`).join("")}</div></div></div>` +
    (data.caption ? `<p class="cap">${data.caption}</p>` : "") +
    `<p class="sr" role="status" aria-live="polite" data-k="live"></p>`;
  const at = ui.refs(root);
  const speak = ui.speaker(at.live, 300);
  const px = [...root.querySelectorAll(".px")],
    bx = [...root.querySelectorAll(".bx")];
  const pen = at.canvas.getContext("2d");

  // Probabilities after 0 ... 8 rows: softmax of h W + b.
  function compute() {
    const tape = core.forward(
      net,
      Float64Array.from(ink, (v) => v / 16),
      N,
      1,
    );
    probs = [];
    for (let t = 0; t <= N; t++) {
      const logits = Float64Array.from(weights["head.b"]);
      core.addProduct(logits, 0, tape.h, t * data.H, weights["head.W"], 1, data.H, K);
      const top = Math.max(...logits),
        e = logits.map((z) => Math.exp(z - top)),
        sum = e.reduce((a, b) => a + b, 0);
      probs.push([...e].map((v) => v / sum));
    }
  }

  function paint() {
    px.forEach((node, n) => {
      node.style.fillOpacity = ink[n] / 16;
      node.classList.toggle("later", Math.floor(n / N) >= row);
    });
    bx.forEach((node, n) => {
      const t = Math.floor(n / K);
      node.style.fillOpacity = t < row ? probs[t + 1][n % K] : 0;
    });
    ui.set(at.frame, { y: Math.max(0, row - 1), opacity: row ? 1 : 0 });
    ui.set(at.at, { x: cursor[1], y: cursor[0] });
    at["in-row"].value = row;
    ui.fill(at["in-row"]);
    ui.write(at["out-row"], `${row} of ${N}`);
    at["in-row"].setAttribute("aria-valuetext", `${row} of ${N} rows`);
    const now = probs[row],
      best = now.indexOf(Math.max(...now)),
      empty = !ink.some((v) => v);
    now.forEach((p, k) => {
      at["bar-" + k].style.height = (100 * p).toFixed(1) + "%";
      at["digit-" + k].classList.toggle("best", k === best && !empty);
    });
    ui.write(at.answer, empty ? "" : data.classes[best]);
    const words = empty
      ? "Nothing drawn yet."
      : `${ui.num(100 * now[best], 1)} % after ${row} ${row === 1 ? "row" : "rows"}` +
        (chosen !== null ? `; written as a ${data.examples[chosen].name}` : "");
    ui.write(at.why, words);
    for (const button of root.querySelectorAll("[data-example]"))
      button.setAttribute("aria-pressed", Number(button.dataset.example) === chosen);
  }

  const tell = () => {
    const now = probs[row],
      best = now.indexOf(Math.max(...now));
    speak(`After ${row} rows: ${data.classes[best]}, ${ui.num(100 * now[best], 0)} percent.`);
  };

  // Rows are read one after the other, unless the reader asks for less motion.
  function read() {
    stop();
    if (ui.calm()) {
      row = N;
      paint();
      return tell();
    }
    row = 0;
    paint();
    timer = setInterval(() => {
      if (!host.isConnected || row >= N) {
        stop();
        return tell();
      }
      row += 1;
      paint();
    }, 260);
  }
  const stop = () => {
    clearInterval(timer);
    timer = 0;
  };

  // Strokes -> 8 x 8: fit the drawing to the full height as the data were, draw it with a thick
  // pen on 32 x 32 points, count the points in blocks of 4 x 4.
  function rasterise() {
    const all = strokes.flat();
    ink = new Uint8Array(N * N);
    if (!all.length) return;
    const xs = all.map((p) => p[0]),
      ys = all.map((p) => p[1]);
    const [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const room = GRID - 2 * PEN,
      scale = room / Math.max(y1 - y0, (x1 - x0) * 1.0, 0.08);
    const place = ([x, y]) => [
      GRID / 2 + (x - (x0 + x1) / 2) * scale,
      GRID / 2 + (y - (y0 + y1) / 2) * scale,
    ];
    const near = (u, v, a, b) => {
      const dx = b[0] - a[0],
        dy = b[1] - a[1],
        long = dx * dx + dy * dy;
      const t = long ? Math.max(0, Math.min(1, ((u - a[0]) * dx + (v - a[1]) * dy) / long)) : 0;
      return Math.hypot(u - a[0] - t * dx, v - a[1] - t * dy) <= PEN;
    };
    const lines = strokes.map((stroke) => stroke.map(place));
    for (let v = 0; v < GRID; v++)
      for (let u = 0; u < GRID; u++) {
        const hit = lines.some((line) =>
          line.some((b, n) => near(u + 0.5, v + 0.5, line[Math.max(0, n - 1)], b)),
        );
        if (hit) ink[Math.floor(v / 4) * N + Math.floor(u / 4)] += 1;
      }
  }

  function sketch() {
    const side = at.canvas.width;
    pen.clearRect(0, 0, side, side);
    pen.lineWidth = side / 13;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = getComputedStyle(root).color;
    for (const stroke of strokes) {
      pen.beginPath();
      stroke.forEach(([x, y], n) =>
        n ? pen.lineTo(x * side, y * side) : pen.moveTo(x * side, y * side + 0.01),
      );
      if (stroke.length === 1) pen.lineTo(stroke[0][0] * side, stroke[0][1] * side);
      pen.stroke();
    }
  }
  function fresh() {
    stop();
    strokes = [];
    chosen = null;
    sketch();
  }

  const spot = (event) => {
    const box = at.canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  };
  let drawing = false;
  at.canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    at.canvas.setPointerCapture(event.pointerId);
    drawing = true;
    stop();
    chosen = null;
    strokes.push([spot(event)]);
    sketch();
  });
  at.canvas.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    strokes[strokes.length - 1].push(spot(event));
    sketch();
  });
  const lift = () => {
    if (!drawing) return;
    drawing = false;
    rasterise();
    compute();
    row = N;
    paint();
    tell();
  };
  at.canvas.addEventListener("pointerup", lift);
  at.canvas.addEventListener("pointercancel", lift);

  at.svg.addEventListener("keydown", (event) => {
    const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[
      event.key
    ];
    const place = () => cursor[0] * N + cursor[1];
    if (move) cursor = cursor.map((v, k) => Math.min(N - 1, Math.max(0, v + move[k])));
    else if (event.key === " " || event.key === "Enter")
      ink[place()] = ink[place()] >= 16 ? 0 : ink[place()] + 8;
    else if (event.key === "Backspace" || event.key === "Delete") ink[place()] = 0;
    else return;
    event.preventDefault();
    if (!move) {
      fresh();
      compute();
      row = N;
    }
    paint();
    speak(
      `row ${cursor[0] + 1}, column ${cursor[1] + 1}, ink ${ink[place()]} of 16` +
        (move ? "" : `; now ${at.answer.textContent || "nothing"}`),
    );
  });
  for (const button of root.querySelectorAll("[data-example]"))
    button.addEventListener("click", () => {
      fresh();
      chosen = Number(button.dataset.example);
      ink = Uint8Array.from(data.examples[chosen].pixels);
      compute();
      read();
    });
  at.clear.addEventListener("click", () => {
    fresh();
    ink = new Uint8Array(N * N);
    row = N;
    compute();
    paint();
    speak("Cleared.");
  });
  at.read.addEventListener("click", read);
  at["in-row"].addEventListener("input", () => {
    stop();
    row = Number(at["in-row"].value);
    paint();
    tell();
  });
  // For tests: the belief after every row for pixels given.
  host.lstmbook = {
    believe: (pixels) => {
      ink = Uint8Array.from(pixels);
      compute();
      return probs;
    },
  };
  if (data.examples.length) {
    chosen = data.first;
    ink = Uint8Array.from(data.examples[chosen].pixels);
  }
  compute();
  paint();
  ui.onWidth(root, (width) => root.classList.toggle("narrow", width < 640));
}
