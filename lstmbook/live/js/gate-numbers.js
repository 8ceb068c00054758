// The numbers of the gate explorer: every step of the sequence, and what the reader has changed.
const gateNumbers = (() => {
  /** Place of the unit shown in the blocks of the weights. */
  const column = ({ net, unit }, part) => core.offsets(net.spec, net.H)[part] + unit;

  /** The parts of a block's sum before its sigmoid or tanh: from x, h, c where it looks, the bias. */
  function terms({ net, unit }, part, n, now, h, s) {
    const { D, H, N, params: p } = net;
    let fromX = 0,
      fromH = 0;
    for (let d = 0; d < D; d++) fromX += now[d] * p.W[d * N + n];
    for (let d = 0; d < H; d++) fromH += h[d] * p.U[d * N + n];
    const out = [fromX, fromH, p.b[n]];
    if (p["p_" + part]) out.splice(2, 0, p["p_" + part][unit] * (part === "o" ? s.c : s.cp));
    return out;
  }

  /** One step at a time, because h and c may have been set by hand at a step. */
  function compute(fig) {
    const { net, x, edits, unit, feature } = fig;
    const { D, H } = net;
    let h = new Float64Array(H),
      c = new Float64Array(H);
    fig.steps = [];
    for (let k = 0; k < fig.data.T; k++) {
      const edit = edits[k + 1];
      if (edit)
        for (const u in edit) {
          if ("hp" in edit[u]) h[u] = edit[u].hp;
          if ("cp" in edit[u]) c[u] = edit[u].cp;
        }
      const now = x.subarray(k * D, k * D + D);
      const tape = core.forward(net, now, 1, 1, { h, c });
      const s = {
        x: now[feature],
        hp: h[unit],
        cp: c[unit],
        c: tape.c[H + unit],
        h: tape.h[H + unit],
        terms: {},
      };
      for (const part of "figo") {
        const n = column(fig, part);
        s[part] = tape.a[n];
        s.terms[part] = terms(fig, part, n, now, h, s);
      }
      fig.steps.push(s);
      h = tape.h.slice(H);
      c = tape.c.slice(H);
    }
  }

  const clamp = (v, low, high) => Math.min(high, Math.max(low, v));

  /**
   * The bias, to a tenth, at which the gate or candidate is at `value` at the step shown. What comes
   * before that step changes with it, so it is found again a few times where that takes no time.
   */
  function biasFor(fig, part, value) {
    const v = clamp(value, part === "g" ? -0.9999 : 0.0001, 0.9999);
    const sum = part === "g" ? Math.atanh(v) : Math.log(v / (1 - v));
    const most = fig.data.span.b;
    let bias = 0;
    for (let n = 0; n < (fig.net.H > 8 ? 1 : 4); n++) {
      const terms = fig.steps[fig.t - 1].terms[part];
      const rest = terms.slice(0, -1).reduce((a, b) => a + b, 0);
      bias = Math.round(clamp(sum - rest, -most, most) * 10) / 10;
      fig.net.params.b[column(fig, part)] = bias;
      compute(fig);
    }
    return bias;
  }

  /** In words what differs from the start; the steps at which something was set by hand. */
  function changes({ net, x, edits, start, data, unit }) {
    const words = [],
      steps = new Set();
    for (const part of "fiog") {
      const n = core.offsets(net.spec, net.H)[part];
      for (let k = 0; k < net.H; k++) {
        const [now, old] = [net.params.b[n + k], start.b[n + k]];
        if (Math.abs(now - old) < 1e-9) continue;
        const sign = (v) => (v > 0 ? "+" : "") + ui.num(v, 1);
        const which = k === unit ? "" : ` of unit ${k}`;
        words.push(
          `${GATES[part].toLowerCase().replace(" gate", "")} bias${which} (${sign(old)} \u2192 ${sign(now)})`,
        );
      }
    }
    for (let k = 0; k < data.T; k++)
      if (x.subarray(k * net.D, (k + 1) * net.D).some((v, d) => v !== start.x[k * net.D + d])) {
        words.push(`input of step ${k + 1}`);
        steps.add(k + 1);
      }
    for (const k in edits) {
      const keys = Object.values(edits[k]).flatMap(Object.keys);
      if (keys.includes("cp")) words.push(`memory before step ${k}`);
      if (keys.includes("hp")) words.push(`output before step ${k}`);
      steps.add(Number(k));
    }
    return { words, steps: [...steps].sort((a, b) => a - b) };
  }

  return { compute, column, biasFor, changes };
})();
