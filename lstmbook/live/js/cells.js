// Recurrent cells with their backward pass, as in lstmbook.numpy.
// All arrays are flat Float64Arrays of row vectors: z = x W + h U + b, W (D, N), U (H, N), b (N).
// Blocks of N: LSTM i, f, g, o; GRU (reset after) r, z, n. A gate that a variant lacks has no block.
// A sequence lies time-major: x[(t * B + j) * D + d], and the same for h, c and the gates.
const core = (() => {
  const F = Float64Array;

  // What a variant is: its blocks, and where it departs from the standard cell.
  // VARIANTS_IN_PAGE: put here from lstmbook.variants when the script is written.
  const SPECS = VARIANTS_IN_PAGE;

  const sigmoid = (v) => 1 / (1 + Math.exp(-v));

  // C[c0:] (M, N) += A[a0:] (M, K) B (K, N); four rows of B at a time, which halves the time.
  function addProduct(C, c0, A, a0, B, M, K, N) {
    const four = K - (K % 4);
    for (let m = 0; m < M; m++) {
      const c = c0 + m * N;
      const row = a0 + m * K;
      let k = 0;
      for (; k < four; k += 4) {
        const u = A[row + k],
          v = A[row + k + 1],
          w = A[row + k + 2],
          y = A[row + k + 3];
        const b = k * N,
          d = b + N,
          e = d + N,
          f = e + N;
        for (let n = 0; n < N; n++)
          C[c + n] += u * B[b + n] + v * B[d + n] + w * B[e + n] + y * B[f + n];
      }
      for (; k < K; k++) {
        const u = A[row + k];
        for (let n = 0, b = k * N; n < N; n++, b++) C[c + n] += u * B[b];
      }
    }
  }

  // C[c0:] (M, K) += A[a0:] (M, N) B^T, with B (K, N)
  function addProductT(C, c0, A, a0, B, M, K, N) {
    const four = N - (N % 4);
    for (let m = 0; m < M; m++) {
      const a = a0 + m * N;
      for (let k = 0; k < K; k++) {
        const b = k * N;
        let u = 0,
          v = 0,
          w = 0,
          y = 0,
          n = 0;
        for (; n < four; n += 4) {
          u += A[a + n] * B[b + n];
          v += A[a + n + 1] * B[b + n + 1];
          w += A[a + n + 2] * B[b + n + 2];
          y += A[a + n + 3] * B[b + n + 3];
        }
        for (; n < N; n++) u += A[a + n] * B[b + n];
        C[c0 + m * K + k] += u + v + w + y;
      }
    }
  }

  // C (K, N) += A[a0:]^T B[b0:], with A (M, K), B (M, N)
  function addOuter(C, A, a0, B, b0, M, K, N) {
    const four = M - (M % 4);
    let m = 0;
    for (; m < four; m += 4) {
      const r = a0 + m * K,
        b = b0 + m * N,
        d = b + N,
        e = d + N,
        f = e + N;
      for (let k = 0; k < K; k++) {
        const u = A[r + k],
          v = A[r + K + k],
          w = A[r + 2 * K + k],
          y = A[r + 3 * K + k];
        for (let n = 0, c = k * N; n < N; n++, c++)
          C[c] += u * B[b + n] + v * B[d + n] + w * B[e + n] + y * B[f + n];
      }
    }
    for (; m < M; m++) {
      for (let k = 0; k < K; k++) {
        const u = A[a0 + m * K + k];
        for (let n = 0, c = k * N, b = b0 + m * N; n < N; n++, c++) C[c] += u * B[b + n];
      }
    }
  }

  // Names and sizes of the parameters of a variant.
  function shapes(spec, D, H) {
    const N = spec.blocks.length * H;
    const out = { W: D * N, U: H * N, b: N };
    if (spec.blocks === "rzn") out.b_u = N;
    if (spec.peephole)
      for (const gate of "ifo") if (spec.blocks.includes(gate)) out["p_" + gate] = H;
    return out;
  }

  // A layer: its variant, sizes and parameters (zeros where none are given).
  function layer(variant, D, H, params = {}) {
    const spec = typeof variant === "string" ? SPECS[variant] : variant;
    const p = {};
    for (const [name, size] of Object.entries(shapes(spec, D, H))) {
      p[name] = params[name] ? F.from(params[name]) : new F(size);
      if (p[name].length !== size)
        throw new Error(name + ": expected " + size + " numbers, got " + p[name].length);
    }
    return {
      spec,
      D,
      H,
      N: spec.blocks.length * H,
      params: p,
      lstm: !/^(n|rzn)$/.test(spec.blocks),
    };
  }

  // x (T, B, D) -> tape with h and c (T + 1, B, H), entry 0 the first state, and the gates a (T, B, N).
  function forward(net, x, T, B, state = {}) {
    const { spec, D, H, N, params: p, lstm } = net;
    const gru = spec.blocks === "rzn";
    const tape = { x, T, B, h: new F((T + 1) * B * H), a: new F(T * B * N) };
    if (state.h) tape.h.set(state.h);
    if (lstm) {
      tape.c = new F((T + 1) * B * H);
      tape.q = new F(T * B * H);
      if (state.c) tape.c.set(state.c);
    }
    if (gru) tape.u = new F(T * B * N);
    const { h, c, a, q, u } = tape;
    for (let m = 0; m < T * B; m++) a.set(p.b, m * N);
    addProduct(a, 0, x, 0, p.W, T * B, D, N);
    const { ai, af, ag, ao, pi, pf, po, coupled, peephole, gLinear, hLinear } = plan(net);
    for (let t = 0; t < T; t++) {
      const before = t * B * H;
      if (gru) for (let j = 0; j < B; j++) u.set(p.b_u, (t * B + j) * N);
      addProduct(gru ? u : a, t * B * N, h, before, p.U, B, H, N);
      for (let j = 0; j < B; j++) {
        for (let k = 0; k < H; k++) {
          const s = before + j * H + k;
          const next = s + B * H;
          const z = (t * B + j) * N + k;
          if (gru) {
            const r = (a[z] = sigmoid(a[z] + u[z]));
            const keep = (a[z + H] = sigmoid(a[z + H] + u[z + H]));
            // n = tanh(a_n + r * (h U_n + b_u))
            const n = (a[z + 2 * H] = Math.tanh(a[z + 2 * H] + r * u[z + 2 * H]));
            // h = z * h + (1 - z) * n
            h[next] = keep * h[s] + (1 - keep) * n;
          } else if (!lstm) {
            h[next] = a[z] = Math.tanh(a[z]);
          } else {
            const old = c[s];
            let i = 1,
              f = 1,
              o = 1;
            if (ai >= 0) i = a[z + ai] = sigmoid(a[z + ai] + (peephole ? pi[k] * old : 0));
            if (coupled) f = 1 - i;
            else if (af >= 0) f = a[z + af] = sigmoid(a[z + af] + (peephole ? pf[k] * old : 0));
            if (!gLinear) a[z + ag] = Math.tanh(a[z + ag]);
            // c = f * c + i * g
            const memory = (c[next] = f * old + i * a[z + ag]);
            if (ao >= 0) o = a[z + ao] = sigmoid(a[z + ao] + (peephole ? po[k] * memory : 0));
            q[s] = hLinear ? memory : Math.tanh(memory);
            // h = o * tanh(c)
            h[next] = o * q[s];
          }
        }
      }
    }
    return tape;
  }

  // What the inner loops ask for again and again; a block that is absent has place -1.
  function plan({ spec, H, params: p }) {
    const place = (name) => spec.blocks.indexOf(name) * (spec.blocks.includes(name) ? H : 1);
    return {
      ai: place("i"),
      af: place("f"),
      ag: place("g"),
      ao: place("o"),
      pi: p.p_i,
      pf: p.p_f,
      po: p.p_o,
      coupled: !!spec.coupled,
      peephole: !!spec.peephole,
      gLinear: !!spec.gLinear,
      hLinear: !!spec.hLinear,
    };
  }

  function offsets(spec, H) {
    const at = {};
    for (let n = 0; n < spec.blocks.length; n++) at[spec.blocks[n]] = n * H;
    return at;
  }

  /**
   * One step back in time, one function a kind of cell. `pass` holds the gradients gh, gc (R, H) that
   * reach the step, da and du (T, R, N) of the blocks, and nextH, nextC (R, H) for the step before.
   */
  function backGru({ tape, R, H, N, base, da, du, gh, nextH }, t) {
    const { B, h, a, u } = tape;
    for (let j = 0; j < R; j++) {
      const row = R === B ? j : j % B;
      for (let k = 0; k < H; k++) {
        const m = j * H + k;
        const s = (t * B + row) * H + k;
        const z = (t * B + row) * N + k;
        const w = base + j * N + k;
        const r = a[z],
          keep = a[z + H],
          n = a[z + 2 * H];
        const dn = gh[m] * (1 - keep) * (1 - n * n);
        da[w + 2 * H] = dn;
        du[w + 2 * H] = dn * r;
        da[w] = du[w] = dn * u[z + 2 * H] * r * (1 - r);
        da[w + H] = du[w + H] = gh[m] * (h[s] - n) * keep * (1 - keep);
        nextH[m] += gh[m] * keep;
      }
    }
  }

  function backRnn({ tape, R, H, N, base, da, gh }, t) {
    const { B, a } = tape;
    for (let j = 0; j < R; j++) {
      const row = R === B ? j : j % B;
      for (let k = 0; k < H; k++) {
        const z = (t * B + row) * N + k;
        da[base + j * N + k] = gh[j * H + k] * (1 - a[z] * a[z]);
      }
    }
  }

  function backLstm({ tape, gates, R, H, N, grads, base, da, gh, gc, nextC }, t) {
    const { B, c, a, q } = tape;
    const { ai, af, ag, ao, pi, pf, po, coupled, peephole, gLinear, hLinear } = gates;
    for (let j = 0; j < R; j++) {
      const row = R === B ? j : j % B;
      for (let k = 0; k < H; k++) {
        const m = j * H + k;
        const s = (t * B + row) * H + k;
        const next = s + B * H;
        const z = (t * B + row) * N + k;
        const w = base + j * N + k;
        const o = ao >= 0 ? a[z + ao] : 1;
        const i = ai >= 0 ? a[z + ai] : 1;
        const f = coupled ? 1 - i : af >= 0 ? a[z + af] : 1;
        const g = a[z + ag];
        let d = gc[m] + gh[m] * o * (hLinear ? 1 : 1 - q[s] * q[s]);
        if (ao >= 0) {
          const dz = (da[w + ao] = gh[m] * q[s] * o * (1 - o));
          if (peephole) {
            d += dz * po[k];
            grads.p_o[k] += dz * c[next];
          }
        }
        let back = d * f;
        if (ai >= 0) {
          const dz = (da[w + ai] = d * (coupled ? g - c[s] : g) * i * (1 - i));
          if (peephole) {
            back += dz * pi[k];
            grads.p_i[k] += dz * c[s];
          }
        }
        if (af >= 0) {
          const dz = (da[w + af] = d * c[s] * f * (1 - f));
          if (peephole) {
            back += dz * pf[k];
            grads.p_f[k] += dz * c[s];
          }
        }
        da[w + ag] = d * i * (gLinear ? 1 : 1 - g * g);
        nextC[m] = back;
      }
    }
  }

  /**
   * Gradients of W, U, b and x from those of the blocks, all steps at once.
   */
  function addWeightGrads({ net, tape, grads, da, du, H, N }) {
    const { D, params: p } = net;
    const { x, T, B, h } = tape;
    // The rows of h before each step stand in h[0 : T * B], so each matrix needs one product.
    addOuter(grads.W, x, 0, da, 0, T * B, D, N);
    addOuter(grads.U, h, 0, du, 0, T * B, H, N);
    for (let m = 0; m < T * B; m++) for (let n = 0; n < N; n++) grads.b[n] += da[m * N + n];
    if (grads.b_u)
      for (let m = 0; m < T * B; m++) for (let n = 0; n < N; n++) grads.b_u[n] += du[m * N + n];
    const dx = new F(T * B * D);
    addProductT(dx, 0, da, 0, p.W, T * B, D, N);
    return dx;
  }

  /**
   * Gradients of a tape. dy (T, R, H): from every output; dh, dc (R, H): from the last state.
   * R rows share the tape's B rows (row j reads j % B), so R unit vectors give a Jacobian.
   * each(t, dh, dc) sees dL/dh_t and dL/dc_t, t = T ... 0 (0 is the first state).
   */
  function backward(net, tape, { dy, dh, dc, rows, weights = true, each } = {}) {
    const { spec, H, N, params: p, lstm } = net;
    const { T, B } = tape;
    const R = rows || B;
    const gru = spec.blocks === "rzn";
    const back = gru ? backGru : lstm ? backLstm : backRnn;
    const grads = {};
    for (const name in p) grads[name] = new F(p[name].length);
    // the gradients of the blocks are kept for all steps only if those of the weights are asked for
    const kept = (weights ? T : 1) * R * N;
    const da = new F(kept);
    const du = gru ? new F(kept) : da;
    const pass = { net, tape, gates: plan(net), R, H, N, grads, da, du };
    pass.gh = new F(R * H);
    pass.gc = new F(R * H);
    pass.nextH = new F(R * H);
    pass.nextC = new F(R * H);
    if (dh) pass.gh.set(dh);
    if (dc) pass.gc.set(dc);
    for (let t = T - 1; t >= 0; t--) {
      if (dy) for (let m = 0; m < R * H; m++) pass.gh[m] += dy[t * R * H + m];
      if (each) each(t + 1, pass.gh, pass.gc);
      pass.base = weights ? t * R * N : 0;
      pass.nextH.fill(0);
      pass.nextC.fill(0);
      back(pass, t);
      addProductT(pass.nextH, 0, du, pass.base, p.U, R, H, N);
      [pass.gh, pass.nextH] = [pass.nextH, pass.gh];
      [pass.gc, pass.nextC] = [pass.nextC, pass.gc];
    }
    if (each) each(0, pass.gh, pass.gc);
    const out = { dh: pass.gh, dc: pass.gc, grads };
    if (weights) out.dx = addWeightGrads(pass);
    return out;
  }

  return {
    SPECS,
    shapes,
    layer,
    offsets,
    forward,
    backward,
    sigmoid,
    addProduct,
    addProductT,
    addOuter,
  };
})();
if (typeof module !== "undefined" && module && module.exports) module.exports = core;
