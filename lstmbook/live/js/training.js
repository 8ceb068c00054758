// Losses, models, Adam and start weights, as in lstmbook.numpy. Stands after cells.js, which it extends.
Object.assign(
  core,
  (() => {
    const F = Float64Array;
    const { layer, offsets, forward, backward, addProduct, addProductT, addOuter } = core;

    // logits (B, K), classes (B): mean cross-entropy, its gradient, probabilities, number correct.
    function crossEntropy(logits, classes, B, K) {
      const p = new F(B * K);
      const d = new F(B * K);
      let loss = 0;
      let correct = 0;
      for (let j = 0; j < B; j++) {
        const row = logits.subarray(j * K, j * K + K);
        const top = Math.max(...row);
        let sum = 0;
        for (let k = 0; k < K; k++) sum += p[j * K + k] = Math.exp(row[k] - top);
        for (let k = 0; k < K; k++) d[j * K + k] = (p[j * K + k] /= sum) / B;
        d[j * K + classes[j]] -= 1 / B;
        loss += (Math.log(sum) + top - row[classes[j]]) / B;
        if (row[classes[j]] === top) correct += 1;
      }
      return { loss, d, p, correct };
    }

    // predictions and targets (B, K): mean square error and its gradient.
    function meanSquare(y, target) {
      const d = new F(y.length);
      let loss = 0;
      for (let m = 0; m < y.length; m++) {
        const e = y[m] - target[m];
        loss += (e * e) / y.length;
        d[m] = (2 * e) / y.length;
      }
      return { loss, d };
    }

    // A layer with a linear head on its last output; task is "class" or "regress".
    function model(net, K, head = {}) {
      const w = head.W ? F.from(head.W) : new F(net.H * K);
      const b = head.b ? F.from(head.b) : new F(K);
      return { net, K, head: { W: w, b }, moments: {}, steps: 0 };
    }

    function predict(m, x, T, B) {
      const tape = forward(m.net, x, T, B);
      const last = tape.h.subarray(T * B * m.net.H);
      const y = new F(B * m.K);
      for (let j = 0; j < B; j++) y.set(m.head.b, j * m.K);
      addProduct(y, 0, last, 0, m.head.W, B, m.net.H, m.K);
      return { tape, last, y };
    }

    // Loss and all gradients of a batch; `each` as in backward.
    function lossAndGrads(m, x, target, T, B, task = "class", each) {
      const { net, K } = m;
      const { tape, last, y } = predict(m, x, T, B);
      const out = task === "class" ? crossEntropy(y, target, B, K) : meanSquare(y, target);
      const grads = { "head.W": new F(net.H * K), "head.b": new F(K) };
      addOuter(grads["head.W"], last, 0, out.d, 0, B, net.H, K);
      for (let j = 0; j < B; j++)
        for (let k = 0; k < K; k++) grads["head.b"][k] += out.d[j * K + k];
      const dh = new F(B * net.H);
      addProductT(dh, 0, out.d, 0, m.head.W, B, net.H, K);
      const back = backward(net, tape, { dh, each });
      for (const name in back.grads) grads["layer." + name] = back.grads[name];
      return { ...out, y, tape, grads };
    }

    // Scales all gradients so that their common Euclidean norm is at most `limit`; gives the norm before.
    function clip(grads, limit) {
      let sum = 0;
      for (const name in grads) for (const v of grads[name]) sum += v * v;
      const norm = Math.sqrt(sum);
      if (limit && norm > limit)
        for (const name in grads)
          for (let n = 0; n < grads[name].length; n++) grads[name][n] *= limit / (norm + 1e-6);
      return norm;
    }

    function parameters(m) {
      const out = { "head.W": m.head.W, "head.b": m.head.b };
      for (const name in m.net.params) out["layer." + name] = m.net.params[name];
      return out;
    }

    // One step of Adam (Kingma and Ba, 2015), in place.
    function adam(m, grads, rate = 1e-3, beta1 = 0.9, beta2 = 0.999, eps = 1e-8) {
      m.steps += 1;
      const one = 1 - Math.pow(beta1, m.steps);
      const two = 1 - Math.pow(beta2, m.steps);
      const params = parameters(m);
      for (const name in grads) {
        const p = params[name],
          d = grads[name];
        const [u, v] = (m.moments[name] ||= [new F(p.length), new F(p.length)]);
        for (let n = 0; n < p.length; n++) {
          u[n] = beta1 * u[n] + (1 - beta1) * d[n];
          v[n] = beta2 * v[n] + (1 - beta2) * d[n] * d[n];
          // p -= rate * (u / (1 - beta1^k)) / (sqrt(v / (1 - beta2^k)) + eps)
          p[n] -= (rate * (u[n] / one)) / (Math.sqrt(v[n] / two) + eps);
        }
      }
    }

    // Random numbers from a seed (mulberry32): the same page, the same numbers.
    function random(seed) {
      let s = seed >>> 0;
      const uniform = (low = 0, high = 1) => {
        s = (s + 0x6d2b79f5) >>> 0;
        let t = Math.imul(s ^ (s >>> 15), 1 | s);
        t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
        return low + ((high - low) * ((t ^ (t >>> 14)) >>> 0)) / 4294967296;
      };
      const normal = () =>
        Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
      return { uniform, normal, below: (n) => Math.floor(uniform() * n) };
    }

    // A random orthogonal matrix (H, H), by Gram-Schmidt on normal numbers.
    function orthogonal(H, rng) {
      const q = new F(H * H);
      for (let r = 0; r < H; r++) {
        const row = q.subarray(r * H, r * H + H);
        for (let n = 0; n < H; n++) row[n] = rng.normal();
        for (let s = 0; s < r; s++) {
          let dot = 0;
          for (let n = 0; n < H; n++) dot += row[n] * q[s * H + n];
          for (let n = 0; n < H; n++) row[n] -= dot * q[s * H + n];
        }
        let norm = 0;
        for (let n = 0; n < H; n++) norm += row[n] * row[n];
        for (let n = 0; n < H; n++) row[n] /= Math.sqrt(norm);
      }
      return q;
    }

    // Start weights: glorot W, orthogonal U per block, biases as asked.
    // bias: { forget: v, input: v, chrono: T_max }
    function start(variant, D, H, seed, bias = {}) {
      const rng = random(seed);
      const net = layer(variant, D, H);
      const { params: p, N, spec } = net;
      const limit = Math.sqrt(6 / (D + N));
      for (let n = 0; n < p.W.length; n++) p.W[n] = rng.uniform(-limit, limit);
      for (let block = 0; block < spec.blocks.length; block++) {
        const q = orthogonal(H, rng);
        for (let r = 0; r < H; r++)
          for (let n = 0; n < H; n++) p.U[r * N + block * H + n] = q[r * H + n];
      }
      const at = offsets(spec, H);
      // In the GRU, z multiplies the old state: it is the gate that retains.
      const keep = "f" in at ? at.f : spec.blocks === "rzn" ? H : -1;
      for (let k = 0; k < H; k++) {
        const log = bias.chrono ? Math.log(rng.uniform(1, bias.chrono - 1)) : 0;
        if (keep >= 0) p.b[keep + k] = bias.chrono ? log : bias.forget || 0;
        // Coupled gates retain when i is closed: f = 1 - i.
        const shut = spec.coupled ? -(bias.forget || 0) : bias.input || 0;
        if ("i" in at) p.b[at.i + k] = bias.chrono ? -log : shut;
      }
      return net;
    }

    return {
      crossEntropy,
      meanSquare,
      model,
      predict,
      lossAndGrads,
      clip,
      parameters,
      adam,
      random,
      orthogonal,
      start,
    };
  })(),
);
if (typeof module !== "undefined" && module && module.exports) module.exports = core;
