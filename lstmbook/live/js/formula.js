// An expression typed by the reader, computed on random arrays and compared with the right one.
const formulas = (() => {
  const DRAWS = 3;

  /** mulberry32: a function that gives numbers from 0 to 1, the same ones for the same seed. */
  const uniform = (seed) => {
    let state = seed | 0;
    return () => {
      state = (state + 0x6d2b79f5) | 0;
      let t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
  };

  const sizeOf = (word, letters) => {
    const [, times, letter] = /^(\d*)([A-Z]?)$/.exec(word);
    return (times ? Number(times) : 1) * (letter ? letters[letter] : 1);
  };

  /** Sizes for all letters: no two alike, nor like a number or a multiple among the shapes. */
  const sizes = (given, random, before) => {
    const words = [...new Set(Object.values(given).flat())];
    const letters = [...new Set(words.map((word) => word.replace(/\d/g, "")).filter(Boolean))];
    for (;;) {
      const found = {};
      for (const letter of letters) found[letter] = 2 + Math.floor(random() * (letters.length + 3));
      const all = [...new Set([...words, ...letters])].map((word) => sizeOf(word, found));
      const fresh = letters.every((letter) => !before || found[letter] !== before[letter]);
      if (fresh && new Set(all).size === all.length) return found;
    }
  };

  /** Arrays for all names, with the letters of their sizes: {names, letters, sizes}. */
  const draw = (q, random, before) => {
    const found = sizes(q.given, random, before);
    const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const names = {};
    const letters = new Map();
    for (const [letter, size] of Object.entries(found)) letters.set(size, letter);
    for (const [name, words] of Object.entries(q.given)) {
      const shape = words.map((word) => sizeOf(word, found));
      words.forEach((word, k) => letters.has(shape[k]) || letters.set(shape[k], word));
      const value = q.gates.includes(name) ? () => 0.05 + 0.9 * random() : normal;
      names[name] = nd.array(shape, Float64Array.from({ length: nd.count(shape) }, value));
    }
    for (const [letter, size] of Object.entries(found)) names[letter] ??= nd.scalar(size);
    return { names, letters, sizes: found };
  };

  const close = (a, b, scale) => Math.abs(a - b) <= 1e-7 * Math.abs(b) + 1e-9 * scale;
  const largest = (a) => a.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const same = (a, b) => {
    const scale = largest(b);
    return (
      a.shape.join() === b.shape.join() &&
      a.data.every((value, n) => close(value, b.data[n], scale))
    );
  };
  /** The one number that all pairs of entries give by f, or null. */
  const constant = (a, b, f) => {
    const found = f(a.data[0], b.data[0]);
    const alike = a.data.every((value, n) => Math.abs(f(value, b.data[n]) - found) < 1e-7);
    return Number.isFinite(found) && alike ? found : null;
  };
  const number = (value) => String(Number(value.toPrecision(3))).replace("-", "\u2212");

  /** What an array with the right shape and wrong entries has in common with the right one. */
  const pattern = (got, want) => {
    const flipped = nd.map(want, (value) => -value);
    if (same(got, flipped)) return "Every entry has the wrong sign";
    if (same(nd.map(got, Math.abs), nd.map(want, Math.abs))) return "Only signs are wrong";
    if (want.shape.length === 2 && same(nd.transpose(got), want))
      return "The numbers are right, but rows and columns are exchanged";
    const ratio = constant(got, want, (a, b) => a / b);
    if (want.data.length > 1 && ratio !== null) {
      return `Every entry is off by the same factor: yours is ${number(ratio)} times what it should be`;
    }
    const gap = constant(got, want, (a, b) => a - b);
    if (want.data.length > 1 && gap !== null) {
      return `Every entry is off by the same amount, ${number(gap)}`;
    }
    for (let axis = 0; axis < want.shape.length; axis++) {
      if (
        same(
          nd.along(got, axis, (list) => [...list].reverse()),
          want,
        )
      ) {
        return `The numbers are right, but in the opposite order along axis ${axis}`;
      }
    }
    return "";
  };

  const placeOf = (n, shape) => {
    const place = [];
    for (let k = shape.length - 1; k >= 0; k--) {
      place.unshift(n % shape[k]);
      n = Math.floor(n / shape[k]);
    }
    return place;
  };

  /** The rows or columns that hold all wrong entries, in words; "" where they are everywhere. */
  const region = (wrong, shape) => {
    const places = wrong.map((n) => placeOf(n, shape));
    for (let axis = 0; axis < shape.length; axis++) {
      const used = [...new Set(places.map((place) => place[axis]))].sort((a, b) => a - b);
      const whole = wrong.length === (used.length * nd.count(shape)) / shape[axis];
      if (used.length === shape[axis] || !whole) continue;
      const kind = shape.length === 2 ? ["row", "column"][axis] : `index ${axis}`;
      if (shape.length === 1) return "";
      const what = shape.length === 2 ? kind : `place along axis ${axis}`;
      return `, all in ${what}${used.length > 1 ? "s" : ""} ${used.join(", ")}`;
    }
    return "";
  };

  /** What is wrong with `got` as the array `name`, or "". */
  const compare = (got, want, name, letters) => {
    const what = name ? `\`${name}\`` : "the result";
    const has = nd.say(got.shape, letters);
    if (got.shape.join() !== want.shape.join()) {
      const needs = nd.say(want.shape, letters);
      if (got.shape.length > 1 && same(nd.transpose(got), want)) {
        return `The numbers are right, but ${what} is transposed: it has the shape ${has}, expected ${needs}`;
      }
      return `The shape of ${what} is ${has}, expected ${needs}`;
    }
    const scale = largest(want);
    const wrong = [...got.data.keys()].filter((n) => !close(got.data[n], want.data[n], scale));
    if (!wrong.length) return "";
    const all = want.data.length;
    if (all === 1) {
      const flipped = same(
        nd.map(got, (value) => -value),
        want,
      );
      return flipped ? `The sign of ${what} is wrong` : `The value of ${what} is not right`;
    }
    const first = placeOf(wrong[0], want.shape).join(", ");
    const short = name && /^[A-Za-z_]\w*$/.test(name) ? `${name}[${first}]` : `[${first}]`;
    const some = `${wrong.length} of the ${all} entries of ${what} differ${wrong.length === 1 ? "s" : ""}`;
    const seen = `${some}${region(wrong, want.shape)}, the first is \`${short}\``;
    const more = pattern(got, want);
    return more ? `${seen}. ${more}` : seen;
  };

  /** The place of a fault in what was typed: a line with a mark under it, as text. */
  const pointed = (text, at) => {
    const before = text.slice(0, at);
    const row = before.split("\n").length;
    const line = text.split("\n")[row - 1];
    return { row, column: at - before.lastIndexOf("\n"), line };
  };

  /** Whether a name stands in a tree. */
  const mentions = (tree, name) =>
    Boolean(tree) &&
    typeof tree === "object" &&
    ((tree.op === "name" && tree.name === name) ||
      Object.values(tree).some((part) => mentions(part, name)));
  /** The lines before the last whose value no later line uses: asked for beside the last. */
  const beside = (lines) =>
    lines
      .slice(0, -1)
      .filter(
        ({ name }, n) => !name || !lines.slice(n + 1).some(({ tree }) => mentions(tree, name)),
      );

  /** What is said of a value that is asked for beside the last, where no line has its name. */
  const missing = (lines, mine, right, name, letters) => {
    const want = right.values.get(name);
    if (mine.every.some((value) => same(value, want))) return "";
    const others = beside(lines).map((line) => mine.every[lines.indexOf(line)]);
    if (others.length === 1) return compare(others[0], want, name, letters);
    return "The last value is right, but two are asked for: give both, one a line";
  };

  /** The verdict on one draw of arrays: "" where all is right. */
  const judge = (q, text, lines, drawn) => {
    const answer = expressions.parse(q.answer);
    const right = expressions.run(q.answer, answer, drawn.names, drawn.letters);
    const mine = expressions.run(text, lines, drawn.names, drawn.letters);
    const last = answer.at(-1).name || "";
    const named = mine.values.get(last);
    const asked = beside(answer).map(({ name }) => name);
    const ends = asked.length ? mine.every : [mine.last, named || mine.last];
    const ended = ends.some((value) => same(value, right.last));
    for (const [name, want] of right.values) {
      if (name === last) continue;
      let fault = "";
      if (mine.values.has(name)) fault = compare(mine.values.get(name), want, name, drawn.letters);
      else if (ended && asked.includes(name)) {
        fault = missing(lines, mine, right, name, drawn.letters);
      }
      if (!fault) continue;
      if (!ended || asked.includes(name)) return mine.note || fault;
      if (same(mine.values.get(name), right.last)) continue; // the end, by that name
      return `The last value is right. ${fault} (if that is something else, give it another name)`;
    }
    if (ended) return "";
    const halfway = !named && [...right.values.values()].some((want) => same(mine.last, want));
    if (halfway) return "That much is right, but it is not yet all that is asked for";
    return mine.note || compare(named || mine.last, right.last, last, drawn.letters);
  };

  /** {kind: "ask" | "bad" | "good", text, at, unread}: what is said of a typed answer. */
  const check = (q, text, seed = 1) => {
    let lines = null;
    try {
      lines = expressions.parse(text);
      if (!lines.length) return { kind: "ask", text: "Type a formula first." };
      const random = uniform(seed * 7919);
      let before = null;
      for (let n = 0; n < DRAWS; n++) {
        const drawn = draw(q, random, before);
        before = drawn.sizes;
        const fault = judge(q, text, lines, drawn);
        if (fault) return { kind: "bad", text: `${fault}.` };
      }
      return { kind: "good", text: "" };
    } catch (fault) {
      if (!(fault instanceof nd.Fault)) throw fault;
      const { row, column } = pointed(text, fault.at);
      const many = text.trim().includes("\n") ? `Line ${row}, character` : "Character";
      const said = `${many} ${column}: ${fault.message}.`;
      return { kind: "bad", text: said, at: fault.at, unread: !lines };
    }
  };

  return { check, draw, uniform, pointed };
})();
