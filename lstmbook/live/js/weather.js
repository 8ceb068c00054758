// The two cells of part 4 over a text: sentences are three numbers, some gates may be put in by hand.
const weather = (() => {
  const BLOCKS = "ifgo";
  const sigmoid = (v) => 1 / (1 + Math.exp(-v));

  /** One sum before its sigmoid or tanh. W, U, b are flat with blocks i, f, g, o of two cells. */
  const sum = ({ W, U, b }, x, h, at) =>
    x.reduce((s, v, d) => s + v * W[8 * d + at], 0) + h[0] * U[at] + h[1] * U[8 + at] + b[at];

  /** Steps with f, i, g, o, c, h, each [cell 0, cell 1]; byHand(t, gate) gives a gate or undefined. */
  function run(weights, text, byHand = () => undefined) {
    let h = [0, 0],
      c = [0, 0];
    return text.map((x, t) => {
      const step = {};
      [...BLOCKS].forEach((name, block) => {
        const squash = name === "g" ? Math.tanh : sigmoid;
        const own = [0, 1].map((cell) => squash(sum(weights, x, h, 2 * block + cell)));
        const put = byHand(t, name);
        step[name] = own.map((v) => (put === undefined ? v : put));
      });
      const before = c;
      c = [0, 1].map((k) => step.f[k] * before[k] + step.i[k] * step.g[k]);
      h = [0, 1].map((k) => step.o[k] * Math.tanh(c[k]));
      return { ...step, before, c, h };
    });
  }

  // What the cell gets of a sentence, as three marks: tone, about the weather, a question.
  const marks = ([tone, about, question]) =>
    `<span class="marks"><span>tone ${tone > 0 ? "+1" : tone < 0 ? "\u22121" : "0"}</span>` +
    `<span${about ? "" : ' class="no"'}>${about ? "weather" : "not weather"}</span>` +
    (question ? "<span>question</span>" : "") +
    "</span>";

  const signed = (v, digits = 2) => {
    const text = ui.num(v, digits);
    return Number(text.replace("\u2212", "-")) > 0 ? "+" + text : text;
  };
  return { run, marks, signed };
})();
