// A line chart in plain SVG, drawn anew at every change; sizes are CSS pixels.
const chart = (() => {
  const SUP = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079";
  const power = (n) => (n < 0 ? "\u207b" : "") + String(Math.abs(n)).replace(/\d/g, (d) => SUP[d]);
  // 0.00027 -> "2.7 \u00d7 10\u207b\u2074"; numbers near 1 stay as they are.
  const sci = (v, digits = 2) => {
    if (!Number.isFinite(v)) return "\u221e";
    if (v === 0) return "0";
    const e = Math.floor(Math.log10(Math.abs(v)) + 1e-12);
    if (e >= -2 && e < 4) return ui.num(v, Math.max(0, digits - e));
    return `${ui.num(v / Math.pow(10, e), digits)} \u00d7 10${power(e)}`;
  };

  // options: x [low, high], y [low, high] (log: powers of ten), ticks {x, y}, labels {x, y},
  // series [{cls, points [[x, y]], dash, tag}], rules [{y, text}], marks [{x, y, cls}], cursor x
  function draw(svg, o) {
    const width = svg.clientWidth,
      height = o.height || 280;
    if (width < 120) return null;
    const left = o.left || 46,
      right = o.right ?? 10,
      top = o.labels && o.labels.y ? 24 : 8,
      bottom = 34;
    const px = (v) => left + ((v - o.x[0]) / (o.x[1] - o.x[0])) * (width - left - right);
    const level = (v) => (o.log ? Math.log10(Math.max(v, 1e-300)) : v);
    const clamp = (v) => Math.min(o.y[1], Math.max(o.y[0], v));
    const py = (v) =>
      height - bottom - ((v - o.y[0]) / (o.y[1] - o.y[0])) * (height - bottom - top);
    const out = [];
    for (const v of o.ticks.y) {
      out.push(
        `<path class="grid" d="M${left} ${py(v)}H${width - right}"/><text class="tick" x="${left - 7}" y="${py(v) + 4}" text-anchor="end">${o.log ? (v === 0 ? "1" : "10" + power(v)) : o.format ? o.format(v) : v}</text>`,
      );
    }
    for (const v of o.ticks.x)
      out.push(
        `<text class="tick" x="${px(v)}" y="${height - bottom + 17}" text-anchor="middle">${o.formatX ? o.formatX(v) : v}</text>`,
      );
    for (const r of o.rules || [])
      out.push(
        `<path class="rule" d="M${left} ${py(r.y)}H${width - right}"/><text class="tick rule-text" x="${width - right - 2}" y="${py(r.y) - 5}" text-anchor="end">${r.text}</text>`,
      );
    if (o.cursor !== undefined)
      out.push(`<path class="cursor" d="M${px(o.cursor)} ${top}V${height - bottom}"/>`);
    for (const s of o.series) {
      // What leaves the picture runs along its edge, so it is cut there.
      let d = "",
        pen = false;
      for (const [x, y] of s.points) {
        const v = level(y);
        if (Number.isNaN(v)) {
          pen = false;
          continue;
        }
        d += `${pen ? "L" : "M"}${px(x).toFixed(1)} ${py(clamp(v)).toFixed(1)}`;
        pen = o.cut ? v >= o.y[0] && v <= o.y[1] : true;
      }
      if (d)
        out.push(
          `<path class="curve ${s.cls}" d="${d}"${s.dash ? ` stroke-dasharray="${s.dash}"` : ""}${s.style ? ` style="${s.style}"` : ""}/>`,
        );
    }
    const tagged = o.series.filter((s) => s.tag && s.points.length);
    tagged.forEach((s, k) => {
      // each letter at another place along its line, so that none meet
      const [x, y] = s.points[Math.floor((s.points.length * (k + 1)) / (tagged.length + 1))];
      out.push(
        `<text class="tick tag" x="${px(x).toFixed(1)}" y="${(py(clamp(level(y))) + (level(y) > (o.y[0] + o.y[1]) / 2 ? 15 : -6)).toFixed(1)}" text-anchor="middle">${s.tag}</text>`,
      );
    });
    for (const m of o.marks || [])
      out.push(
        `<circle class="mark ${m.cls}" cx="${px(m.x)}" cy="${py(clamp(level(m.y)))}" r="${m.r || 5}"${m.style ? ` style="${m.style}"` : ""}/>`,
      );
    const names = o.labels || {};
    if (names.y)
      out.push(`<text class="axis" x="${Math.min(left, 8) - 8}" y="13">${names.y}</text>`);
    if (names.x)
      out.push(
        `<text class="axis" x="${width - right}" y="${height - 2}" text-anchor="end">${names.x}</text>`,
      );
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.style.height = height + "px";
    svg.innerHTML = out.join("");
    return { px, left, right, width };
  }

  // The value on the x axis under the pointer.
  const under = (svg, event, frame, range) => {
    const box = svg.getBoundingClientRect();
    const part = (event.clientX - box.left - frame.left) / (frame.width - frame.left - frame.right);
    return range[0] + Math.min(1, Math.max(0, part)) * (range[1] - range[0]);
  };

  return { draw, sci, power, under };
})();
