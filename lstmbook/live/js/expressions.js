// The value of a formula that a reader types, on arrays of nd. The page's own JavaScript never runs
// what was typed.
const expressions = (() => {
  const { Fault } = nd;
  const { parse, fail } = formulaText;

  const sigmoid = (z) => (z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z)));
  const ENTRYWISE = {
    sigmoid,
    tanh: Math.tanh,
    exp: Math.exp,
    log: Math.log,
    log2: Math.log2,
    log10: Math.log10,
    sqrt: Math.sqrt,
    abs: Math.abs,
  };
  const total = (list) => list.reduce((sum, value) => sum + value, 0);
  const REDUCE = {
    sum: total,
    mean: (list) => total(list) / list.length,
    max: (list) => list.reduce((a, b) => Math.max(a, b), -Infinity),
    min: (list) => list.reduce((a, b) => Math.min(a, b), Infinity),
    prod: (list) => list.reduce((product, value) => product * value, 1),
    var: (list) => REDUCE.mean(list.map((value) => (value - REDUCE.mean(list)) ** 2)),
    std: (list) => Math.sqrt(REDUCE.var(list)),
  };
  const running = (f) => (list) => list.map((_, k) => f(list.slice(0, k + 1)));
  const ALONG = {
    cumsum: running(REDUCE.sum),
    cumprod: running(REDUCE.prod),
    softmax: (list) => {
      const top = REDUCE.max(list);
      const powers = list.map((value) => Math.exp(value - top));
      return powers.map((value) => value / total(powers));
    },
  };
  const PAIRS = { maximum: Math.max, minimum: Math.min };
  const BINARY = {
    "+": (a, b) => a + b,
    "-": (a, b) => a - b,
    "*": (a, b) => a * b,
    "/": (a, b) => a / b,
    "**": (a, b) => a ** b,
  };
  const PRODUCTS = ["dot", "matmul"];
  const ALIAS = {
    σ: "sigmoid",
    arctanh: "",
    expit: "sigmoid",
    ln: "log",
    amax: "max",
    amin: "min",
    absolute: "abs",
  };
  const FUNCTIONS = [ENTRYWISE, REDUCE, ALONG, PAIRS].flatMap((table) => Object.keys(table));
  const finite = (a) => a.data.every(Number.isFinite);

  class Evaluator {
    // names: what may be used; letters: size -> its letter, for messages
    constructor(text, names, letters) {
      Object.assign(this, { text, letters, names: new Map(Object.entries(names)), note: "" });
    }
    source(tree) {
      return this.text.slice(tree.from, tree.to).replace(/\s+/g, " ");
    }
    say(a) {
      return nd.say(a.shape, this.letters);
    }
    value(tree) {
      if (tree.op === "number") return nd.scalar(tree.value);
      if (tree.op === "name") return this.named(tree);
      if (tree.op === "list") fail("a list of values is used only for `axis`", tree.from);
      const parts = [tree.left, tree.right, tree.of].filter(Boolean);
      if (tree.op === "call") return this.checked(tree, () => this.call(tree));
      const values = parts.map((part) => this.value(part));
      return this.checked(tree, () => this[tree.op](tree, ...values), values);
    }
    /** Faults get their place; the first value that is no number is remembered. */
    checked(tree, work, values = []) {
      let out;
      try {
        out = work();
      } catch (fault) {
        if (fault instanceof Fault && fault.at === undefined) {
          fault.message = `\`${this.source(tree)}\`: ${fault.message}`;
          fault.at = tree.at ?? tree.from;
        }
        throw fault;
      }
      if (out.data.length > 100000) fail("this array grows too large", tree.from);
      if (!this.note && !finite(out) && values.every(finite)) {
        const zero = tree.sign === "/" && values[1].data.includes(0);
        const what = zero
          ? "divides by 0"
          : `gives ${out.data.some(Number.isNaN) ? "NaN" : "infinity"}`;
        const many = out.data.filter((value) => !Number.isFinite(value)).length;
        this.note = `\`${this.source(tree)}\` ${what} in ${many} of ${out.data.length} entries`;
      }
      return out;
    }
    named(tree) {
      const { name, from } = tree;
      if (this.names.has(name)) return this.names.get(name);
      if (FUNCTIONS.includes(ALIAS[name] || name))
        fail(`\`${name}\` is a function: write \`${name}( )\``, from);
      const given = [...this.names.keys()];
      const near = given.find((other) => other.toLowerCase() === name.toLowerCase());
      const hint = near ? ` (did you mean \`${near}\`?)` : "";
      return fail(
        `\`${name}\` is not known${hint}; there are ${given.map((n) => `\`${n}\``).join(", ")}`,
        from,
      );
    }
    sign(tree, a) {
      return tree.sign === "-" ? nd.map(a, (value) => -value) : a;
    }
    sizes(tree, a) {
      return nd.array([a.shape.length], Float64Array.from(a.shape));
    }
    transpose(tree, a) {
      return nd.transpose(a);
    }
    binary(tree, a, b) {
      if (tree.sign === "@") return this.product(a, b);
      const out = nd.zip(a, b, BINARY[tree.sign]);
      if (out) return out;
      throw new Fault(
        `the shapes ${this.say(a)} and ${this.say(b)} do not fit for \`${tree.sign}\` entry by entry`,
      );
    }
    product(a, b) {
      const out = nd.matmul(a, b);
      if (out) return out;
      if (!a.shape.length || !b.shape.length)
        throw new Fault("`@` needs arrays on both sides, not a single number");
      const size = (value) => this.letters.get(value) || value;
      const [left, right] = [a.shape.at(-1), b.shape.at(b.shape.length > 1 ? -2 : -1)];
      const why =
        left === right
          ? "the axes before the last two differ"
          : `the last size of the left one, ${size(left)}, meets ${size(right)} of the right one`;
      throw new Fault(`the shapes ${this.say(a)} and ${this.say(b)} do not fit for \`@\`: ${why}`);
    }
    whole(tree, what) {
      const value = tree.op === "name" && tree.name === "None" ? null : this.value(tree);
      if (value === null) return null;
      if (value.shape.length || !Number.isInteger(value.data[0]))
        fail(`expected a whole number as ${what}`, tree.from);
      return value.data[0];
    }
    index(tree, a) {
      const items = tree.items.map((item) => {
        if (item === "...") return item;
        if (item === null) return fail("expected an index", tree.at);
        if (item.op) {
          const at = this.whole(item, "an index");
          return at === null ? "new" : at;
        }
        const part = (side) => (item[side] ? this.whole(item[side], "the end of a slice") : null);
        return { start: part("start"), stop: part("stop"), step: part("step") };
      });
      return nd.index(a, items);
    }
    call(tree) {
      const name = ALIAS[tree.name] || tree.name;
      if (name === "len" && tree.args.length === 1) {
        const [size] = this.value(tree.args[0]).shape;
        return size ? nd.scalar(size) : fail("a single number has no `len`", tree.from);
      }
      const kinds = [ENTRYWISE, REDUCE, ALONG, PAIRS].filter((table) => Object.hasOwn(table, name));
      if (!kinds.length && !PRODUCTS.includes(name)) {
        const what = this.names.has(name)
          ? "is an array, not a function (a product is written `*` or `@`)"
          : "is not a function here";
        fail(`\`${tree.name}\` ${what}; functions: ${FUNCTIONS.join(", ")}`, tree.from);
      }
      const two = kinds[0] === PAIRS || PRODUCTS.includes(name);
      const axes = kinds[0] === REDUCE || kinds[0] === ALONG;
      const most = two || axes ? 2 : 1;
      if (tree.args.length > most || tree.args.length < (two ? 2 : 1)) {
        fail(
          `\`${tree.name}\` takes ${two ? "two arrays" : axes ? "an array and an axis" : "one array"}`,
          tree.from,
        );
      }
      const known = axes ? (kinds[0] === REDUCE ? ["axis", "keepdims"] : ["axis"]) : [];
      const odd = Object.keys(tree.named).find((key) => !known.includes(key));
      if (odd) fail(`\`${tree.name}\` has no \`${odd}=\``, tree.from);
      const a = this.value(tree.args[0]);
      if (axes) return this.overAxes(tree, name, kinds[0], a);
      if (!two) {
        const out = nd.map(a, ENTRYWISE[name]);
        return this.checked(tree, () => out, [a]);
      }
      const b = this.value(tree.args[1]);
      if (!kinds.length) {
        if (a.shape.length > 2 || b.shape.length > 2) throw new Fault("with three axes write `@`");
        return a.shape.length && b.shape.length
          ? this.product(a, b)
          : this.binary({ sign: "*" }, a, b);
      }
      return this.binary({ sign: name }, a, b);
    }
    overAxes(tree, name, table, a) {
      const given = tree.args[1] ?? tree.named.axis;
      if (tree.args[1] && tree.named.axis) fail("the axis is given twice", tree.from);
      const list = given && given.op === "list" ? given.list : given ? [given] : null;
      let axes = list && list.map((part) => this.whole(part, "an axis"));
      if (axes && axes.includes(null)) axes = null;
      if (table === REDUCE) {
        const keep = tree.named.keepdims;
        if (keep && !["True", "False"].includes(keep.name))
          fail("`keepdims` is True or False", keep.from);
        return nd.reduce(a, axes, Boolean(keep) && keep.name === "True", REDUCE[name]);
      }
      if (axes && axes.length > 1) fail(`\`${name}\` goes along one axis`, tree.from);
      if (axes) return nd.along(a, axes[0], ALONG[name]);
      if (a.shape.length === 1) return nd.along(a, 0, ALONG[name]);
      if (name === "softmax" && a.shape.length) return nd.along(a, -1, ALONG[name]);
      return fail(
        `\`${name}\` needs an axis here, as in \`${name}(${this.source(tree.args[0])}, axis=0)\``,
        tree.from,
      );
    }
  }
  for (const name of Object.keys(PAIRS)) BINARY[name] = PAIRS[name];

  /** Values of all lines in turn: {values: Map by name, every, last, note}. Throws a Fault with `at`. */
  const run = (text, lines, names, letters) => {
    const evaluator = new Evaluator(text, names, letters);
    const values = new Map();
    const every = [];
    let last = null;
    for (const { name, tree } of lines) {
      last = evaluator.value(tree);
      every.push(last);
      if (name) {
        evaluator.names.set(name, last);
        values.set(name, last);
      }
    }
    return { values, every, last, note: evaluator.note };
  };

  return { parse, run, FUNCTIONS };
})();
