// A student's results as one code that can be copied, and back. The code holds a checksum, so a
// slip of the copying is noticed; it proves nothing, since anybody can make one.
const results = (() => {
  const SIGN = "LSTM1.";
  const STATES = ["", "own", "shown"];
  const LONGEST = 60; // bytes of a name
  const DAY = 86400000;
  const START = Date.UTC(2020, 0, 1);

  const crc = (bytes) => {
    let rest = 0xffffffff;
    for (const byte of bytes) {
      rest ^= byte;
      for (let k = 0; k < 8; k++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
    }
    return ~rest >>> 0;
  };
  const bytesOf = (value, many) =>
    Array.from({ length: many }, (_, k) => (value >>> (8 * (many - 1 - k))) & 255);
  const valueOf = (bytes) => bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  const keys = (pages) =>
    pages.flatMap(({ page, exercises }) => exercises.map(([id]) => `${page}/${id}`));
  /** Two bytes that differ where the list of exercises differs. */
  const edition = (pages) => bytesOf(crc(new TextEncoder().encode(keys(pages).join())) >>> 16, 2);

  /** The first bytes of a name, never half a letter. */
  const short = (name) => {
    let text = name.trim();
    while (new TextEncoder().encode(text).length > LONGEST) text = [...text].slice(0, -1).join("");
    return [...new TextEncoder().encode(text)];
  };

  /** The code of `states` ({"page/id": "own" | "shown"}) for the exercises of `pages`. */
  const encode = (pages, states, name, now) => {
    const letters = short(name);
    const day = Math.floor((now - START) / DAY);
    const marks = keys(pages).map((key) => Math.max(0, STATES.indexOf(states[key] || "")));
    const packed = [];
    for (let k = 0; k < marks.length; k += 4) {
      packed.push([0, 1, 2, 3].reduce((byte, s) => byte | ((marks[k + s] || 0) << (2 * s)), 0));
    }
    const inner = [...edition(pages), ...bytesOf(day, 2), letters.length, ...letters, ...packed];
    const bytes = [...bytesOf(crc(inner), 4), ...inner];
    const text = btoa(String.fromCharCode(...bytes));
    return SIGN + text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  };

  /** {fault} or {name, date, states}: what a code says. */
  const decode = (pages, code) => {
    const text = code.replace(/\s/g, "");
    if (!text.startsWith(SIGN)) return { fault: `a code starts with ${SIGN}` };
    let bytes;
    try {
      const plain = text.slice(SIGN.length).replaceAll("-", "+").replaceAll("_", "/");
      bytes = [...atob(plain)].map((sign) => sign.charCodeAt(0));
    } catch {
      return { fault: "the code is damaged: copy it again, whole" };
    }
    const inner = bytes.slice(4);
    if (inner.length < 5 || crc(inner) !== valueOf(bytes.slice(0, 4))) {
      return { fault: "the code is damaged: copy it again, whole" };
    }
    if (valueOf(inner.slice(0, 2)) !== valueOf(edition(pages))) {
      return { fault: "the code is from another edition of the book, with other exercises" };
    }
    const letters = inner.slice(5, 5 + inner[4]);
    const packed = inner.slice(5 + inner[4]);
    const states = {};
    keys(pages).forEach((key, k) => {
      const how = STATES[(packed[k >> 2] >> (2 * (k & 3))) & 3];
      if (how) states[key] = how;
    });
    const date = new Date(START + valueOf(inner.slice(2, 4)) * DAY).toISOString().slice(0, 10);
    return { name: new TextDecoder().decode(Uint8Array.from(letters)), date, states };
  };

  /** {own, shown, all} over the exercises of some pages. */
  const count = (pages, states) => {
    const found = keys(pages).map((key) => states[key] || "");
    const many = (how) => found.filter((state) => state === how).length;
    return { own: many("own"), shown: many("shown"), all: found.length };
  };

  return { encode, decode, count };
})();
