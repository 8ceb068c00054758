// A trained network with its output gates shut for a while, and linear probes on c and h.
const probing = (() => {
  const sigmoid = (v) => 1 / (1 + Math.exp(-v));

  /** Memory, output and mean gate after one more step of all sequences. */
  function step(data, before, t, shut) {
    const { N, H, K, weights, text, flag } = data;
    const { W, U, b } = weights;
    const wide = 4 * H;
    const c = new Float64Array(N * H),
      h = new Float64Array(N * H),
      z = new Float64Array(wide);
    let open = 0;
    for (let n = 0; n < N; n++) {
      const row = Number(text[n][t]) * wide;
      for (let j = 0; j < wide; j++)
        z[j] = b[j] + W[row + j] + (flag[n] === t ? W[K * wide + j] : 0);
      for (let k = 0; k < H; k++) {
        const v = before.h[n * H + k];
        if (v === 0) continue;
        for (let j = 0, at = k * wide; j < wide; j++) z[j] += v * U[at + j];
      }
      for (let k = 0; k < H; k++) {
        const at = n * H + k;
        c[at] = sigmoid(z[H + k]) * before.c[at] + sigmoid(z[k]) * Math.tanh(z[2 * H + k]);
        const gate = shut ? 0 : sigmoid(z[3 * H + k]);
        h[at] = gate * Math.tanh(c[at]);
        open += gate;
      }
    }
    return { c, h, gate: open / (N * H) };
  }

  /** Solves A X = B for a symmetric positive A (n, n) and B (n, m), both as lists of rows. */
  function solve(A, B) {
    const n = A.length;
    for (let p = 0; p < n; p++)
      for (let r = p + 1; r < n; r++) {
        const share = A[r][p] / A[p][p];
        for (let q = p; q < n; q++) A[r][q] -= share * A[p][q];
        for (let q = 0; q < B[r].length; q++) B[r][q] -= share * B[p][q];
      }
    for (let p = n - 1; p >= 0; p--)
      for (let q = 0; q < B[p].length; q++) {
        for (let r = p + 1; r < n; r++) B[p][q] -= A[p][r] * B[r][q];
        B[p][q] /= A[p][p];
      }
    return B;
  }

  /** Means of the classes (K, H) and spread within them (H, H) over the sequences n = fold, fold + 2 ... */
  function moments({ N, H, K, y, ridge }, values, fold) {
    const means = Array.from({ length: K }, () => new Float64Array(H));
    const many = new Float64Array(K);
    for (let n = fold; n < N; n += 2) {
      many[y[n]] += 1;
      for (let k = 0; k < H; k++) means[y[n]][k] += values[n * H + k];
    }
    means.forEach((m, k) => m.forEach((v, j) => (m[j] = v / many[k])));
    const spread = Array.from({ length: H }, () => new Float64Array(H));
    const apart = new Float64Array(H);
    for (let n = fold; n < N; n += 2) {
      for (let k = 0; k < H; k++) apart[k] = values[n * H + k] - means[y[n]][k];
      for (let r = 0; r < H; r++) for (let q = r; q < H; q++) spread[r][q] += apart[r] * apart[q];
    }
    let trace = 0;
    for (let r = 0; r < H; r++) for (let q = r; q < H; q++) spread[q][r] = spread[r][q] *= 2 / N;
    for (let k = 0; k < H; k++) trace += spread[k][k];
    for (let k = 0; k < H; k++) spread[k][k] += (ridge * trace) / H;
    return { means, spread };
  }

  /** Share of symbols that a linear discriminant names right; a guess where all values are 0. */
  function read(data, values) {
    const { N, H, K, y } = data;
    if (values.every((v) => v === 0)) return 1 / K;
    let right = 0;
    for (const fold of [0, 1]) {
      const { means, spread } = moments(data, values, fold);
      const rows = Array.from({ length: H }, (_, j) => means.map((m) => m[j]));
      const weights = solve(spread, rows);
      const off = means.map((m, k) => m.reduce((s, v, j) => s + v * weights[j][k], 0) / 2);
      for (let n = 1 - fold; n < N; n += 2) {
        const scores = off.map((v) => -v);
        for (let j = 0; j < H; j++)
          for (let k = 0; k < K; k++) scores[k] += values[n * H + j] * weights[j][k];
        right += scores.indexOf(Math.max(...scores)) === y[n];
      }
    }
    return right / N;
  }

  /** Share that the network's own head names right from an h. */
  function answer({ N, H, K, y, head }, h) {
    let right = 0;
    for (let n = 0; n < N; n++) {
      const scores = head.b.map((v, k) => {
        for (let j = 0; j < H; j++) v += h[n * H + j] * head.W[j * K + k];
        return v;
      });
      right += scores.indexOf(Math.max(...scores)) === y[n];
    }
    return right / N;
  }

  const size = (c) => c.reduce((s, v) => s + Math.abs(v), 0) / c.length;
  return { step, read, answer, size };
})();
