// What a reader types as a formula, read: tokens, then a tree by precedence.
const formulaText = (() => {
  const { Fault } = nd;
  // signs of books, and under each the one of NumPy
  const SIGNS = "−–×·⊙∘∗⋅÷";
  const MEANT = "--******/";
  const OPERATORS = ["**", "//", "==", "<=", ">=", "!=", "+=", "-=", "*=", "/=", "..."];
  const SINGLE = "+-*/@()[],.:=";
  const ADVICE = {
    "^": "a power is written `**`, an exponent in text as `x ** 2`",
    "²": "a square is written `** 2`",
    "³": "a cube is written `** 3`",
    ᵀ: "the transpose is written `.T`",
    "{": "groups stand in ( )",
    "√": "a root is written `sqrt( )`",
    "∑": "a sum is written `sum( , axis= )`",
    "∏": "a product is written `prod( , axis= )`",
    "|": "an absolute value is written `abs( )`",
  };

  const fail = (message, at) => {
    throw Object.assign(new Fault(message), { at });
  };

  /** Numbers, names, signs and ends of lines, each with its place in the text. */
  const tokens = (text) => {
    const found = [];
    const plain = text.replace(/[−–×·⊙∘∗⋅÷]/g, (sign) => MEANT[SIGNS.indexOf(sign)]);
    let at = 0;
    let depth = 0;
    const add = (kind, value) => {
      found.push({ kind, text: value, at });
      at += value.length;
    };
    while (at < plain.length) {
      const rest = plain.slice(at);
      const sign = plain[at];
      let match;
      if ((match = /^[^\S\n]+|^#[^\n]*/.exec(rest))) at += match[0].length;
      else if (sign === "\n" || sign === ";") {
        if (depth > 0 && sign === "\n") at++;
        else add("end", sign);
      } else if ((match = /^(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/.exec(rest)))
        add("number", match[0]);
      else if ((match = /^[A-Za-z_σΣ\u0391-\u03c9][A-Za-z0-9_\u0391-\u03c9]*/.exec(rest)))
        add("name", match[0]);
      else if ((match = OPERATORS.find((name) => rest.startsWith(name)))) add("sign", match);
      else if (SINGLE.includes(sign)) {
        depth += "([".includes(sign) - ")]".includes(sign);
        add("sign", sign);
      } else fail(ADVICE[sign] || `the character \`${[...rest][0]}\` is not used here`, at);
    }
    found.push({ kind: "end", text: "", at });
    return found;
  };

  class Parser {
    constructor(text) {
      this.tokens = tokens(text);
      this.place = 0;
    }
    get next() {
      return this.tokens[this.place];
    }
    is(...signs) {
      return this.next.kind === "sign" && signs.includes(this.next.text);
    }
    take() {
      return this.tokens[this.place++];
    }
    want(sign, why) {
      if (this.is("//", "==", "<=", ">=", "!=", "+=", "-=", "*=", "/=")) this.stray();
      if (sign !== "]" && (["name", "number"].includes(this.next.kind) || this.is("(")))
        this.stray();
      if (!this.is(sign)) fail(`expected \`${sign}\` ${why}, found ${this.found()}`, this.next.at);
      return this.take();
    }
    found() {
      const { kind, text } = this.next;
      return kind === "end" ? "the end of the line" : `\`${text}\``;
    }
    /** All lines: {name or null, tree}. */
    lines() {
      const out = [];
      while (this.place < this.tokens.length) {
        if (this.next.kind === "end") this.take();
        else out.push(this.line());
      }
      return out;
    }
    line() {
      const [first, second] = this.tokens.slice(this.place, this.place + 2);
      let name = null;
      if (first.kind === "name" && second.kind === "sign" && second.text === "=") {
        name = first.text;
        this.place += 2;
      }
      const tree = this.sum();
      if (this.next.kind !== "end") this.stray();
      this.take();
      return { name, tree, at: first.at };
    }
    stray() {
      const { text, kind, at } = this.next;
      if (kind === "sign" && text.length === 2 && text[1] === "=" && "+-*/".includes(text[0])) {
        fail(`\`${text}\` is not used here: write the name again, \`z = z ${text[0]} ...\``, at);
      }
      if (text === "//") fail("`//` is not used here: divide with `/`", at);
      if (text === "=") fail("only a name may stand left of `=`", at);
      if (")]".includes(text)) fail(`\`${text}\` closes nothing`, at);
      if (kind === "sign" && text !== "(") fail(`\`${text}\` is not used here`, at);
      fail(`expected an operator (+ - * / @ **) before ${this.found()}`, at);
    }
    binary(signs, part) {
      let left = part();
      while (this.is(...signs)) {
        const sign = this.take();
        const right = part();
        left = {
          op: "binary",
          sign: sign.text,
          left,
          right,
          from: left.from,
          to: right.to,
          at: sign.at,
        };
      }
      return left;
    }
    sum() {
      return this.binary(["+", "-"], () => this.product());
    }
    product() {
      return this.binary(["*", "/", "@"], () => this.signed());
    }
    signed() {
      if (!this.is("-", "+")) return this.power();
      const sign = this.take();
      const of = this.signed();
      return { op: "sign", sign: sign.text, of, from: sign.at, to: of.to };
    }
    power() {
      const left = this.postfix();
      if (!this.is("**")) return left;
      const sign = this.take();
      const right = this.signed();
      return { op: "binary", sign: "**", left, right, from: left.from, to: right.to, at: sign.at };
    }
    postfix() {
      let tree = this.atom();
      for (;;) {
        if (this.is("[")) tree = this.indexed(tree);
        else if (this.is(".")) tree = this.attribute(tree);
        else if (this.is("(") && tree.op === "name") tree = this.call(tree.name, [], tree.from);
        else return tree;
      }
    }
    atom() {
      const token = this.next;
      const to = token.at + token.text.length;
      if (token.kind === "number") {
        this.take();
        return { op: "number", value: Number(token.text), from: token.at, to };
      }
      if (token.kind === "name") {
        this.take();
        return { op: "name", name: token.text, from: token.at, to };
      }
      if (!this.is("("))
        fail(`expected a name, a number or \`(\`, found ${this.found()}`, token.at);
      this.take();
      const inner = this.sum();
      if (this.is(",")) fail("a list of values is used only for `axis`", this.next.at);
      const close = this.want(")", "for the bracket that was opened");
      return { ...inner, from: token.at, to: close.at + 1, bracket: true };
    }
    attribute(of) {
      const dot = this.take();
      const name = this.take();
      if (name.kind !== "name") fail("expected a name after `.`, as in `W.T`", dot.at);
      const to = name.at + name.text.length;
      if (of.op === "name" && ["np", "numpy"].includes(of.name)) {
        if (name.text === "newaxis") return { op: "name", name: "None", from: of.from, to };
        return { op: "name", name: name.text, from: of.from, to };
      }
      if (name.text === "T") return { op: "transpose", of, from: of.from, to };
      if (name.text === "shape") return { op: "sizes", of, from: of.from, to };
      if (this.is("(")) return this.call(name.text, [of], of.from);
      return fail(
        `\`.${name.text}\` is not known here; \`.T\` is, and \`.sum(axis=0)\` and the like`,
        dot.at,
      );
    }
    call(name, args, from) {
      const open = this.take();
      const named = {};
      while (!this.is(")")) {
        const [first, second] = this.tokens.slice(this.place, this.place + 2);
        if (first.kind === "name" && second.text === "=") {
          this.place += 2;
          named[first.text] = this.option();
        } else args.push(args.length ? this.option() : this.sum());
        if (!this.is(")")) this.want(",", `or \`)\` in \`${name}(...)\``);
        if (this.next.kind === "end") fail(`\`${name}(\` is never closed`, open.at);
      }
      const close = this.take();
      return { op: "call", name, args, named, from, to: close.at + 1, at: from };
    }
    /** A value, or a list of them in brackets for `axis`. */
    option() {
      const start = this.place;
      if (!this.is("(")) return this.sum();
      this.take();
      const first = this.sum();
      if (!this.is(",")) {
        this.place = start;
        return this.sum();
      }
      const list = [first];
      while (this.is(",")) {
        this.take();
        if (!this.is(")")) list.push(this.sum());
      }
      const close = this.want(")", "after the axes");
      return { op: "list", list, from: first.from, to: close.at + 1 };
    }
    indexed(of) {
      const open = this.take();
      const items = [];
      while (!this.is("]")) {
        items.push(this.item());
        if (!this.is("]")) this.want(",", "or `]` after an index");
        if (this.next.kind === "end") fail("`[` is never closed", open.at);
      }
      if (!items.length) fail("expected an index in `[ ]`", open.at);
      const close = this.take();
      return { op: "index", of, items, from: of.from, to: close.at + 1, at: open.at };
    }
    item() {
      if (this.is("...")) return this.take().text;
      const part = () => (this.is(":", ",", "]") ? null : this.sum());
      const start = part();
      if (!this.is(":")) return start;
      this.take();
      const stop = part();
      if (!this.is(":")) return { start, stop, step: null };
      this.take();
      return { start, stop, step: part() };
    }
  }

  const parse = (text) => new Parser(text).lines();

  return { parse, fail };
})();
