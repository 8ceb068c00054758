// What every figure shares: finding its container, building elements, sliders, numbers as text.
const ui = (() => {
  // "−0.35", and never "−0.00".
  const num = (v, digits = 2) => {
    const text = Math.abs(v).toFixed(digits);
    return (v < 0 && Number(text) !== 0 ? "\u2212" : "") + text;
  };
  // "+ 0.35", "\u2212 0.35": a number that is added or taken away.
  const signed = (v, digits = 2) =>
    (num(v, digits) === num(Math.abs(v), digits) ? "+ " : "\u2212 ") + num(Math.abs(v), digits);
  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  // Elements of `root` that carry data-k, by that name.
  const refs = (root) => {
    const out = {};
    for (const node of root.querySelectorAll("[data-k]")) out[node.dataset.k] = node;
    return out;
  };

  const set = (node, attributes) => {
    for (const name in attributes) node.setAttribute(name, attributes[name]);
  };
  const write = (node, text) => {
    if (node.textContent !== text) node.textContent = text;
  };

  // A native slider with its label; `show` gets the text of its present value.
  // at: {key, label (HTML), name (plain text), min, max, step, value, tint}
  const slider = (at) =>
    `<label class="knob ${at.tint || ""}" data-knob="${at.key}"><span class="knob-row"><span class="knob-name">${at.label}</span>` +
    `<span class="knob-value" data-k="out-${at.key}" aria-hidden="true"></span></span>` +
    `<input type="range" data-k="in-${at.key}" min="${at.min}" max="${at.max}" step="${at.step}" value="${at.value}"` +
    ` aria-label="${at.name}"></label>`;

  // Fills the part of the track left of the thumb, for browsers that do not do so by themselves.
  const fill = (input) => {
    const part = (input.value - input.min) / (input.max - input.min || 1);
    input.style.setProperty("--part", (100 * part).toFixed(1) + "%");
  };

  // Says in a live region what changed, once the reader pauses.
  const speaker = (node, wait = 500) => {
    let timer = 0;
    return (text) => {
      clearTimeout(timer);
      timer = setTimeout(() => node.isConnected && write(node, text), wait);
    };
  };

  // Tells the page which part of a cell the reader points at in `host`, and hears of it from the
  // words of the page and from other figures: hear(part or null). Gives the function that tells.
  const parts = (host, hear) => {
    const heard = ({ detail }) => {
      if (!host.isConnected) return document.removeEventListener("lbf:part", heard);
      if (detail.from !== host.id) hear(detail.part);
    };
    document.addEventListener("lbf:part", heard);
    return (part) =>
      document.dispatchEvent(new CustomEvent("lbf:part", { detail: { part, from: host.id } }));
  };

  // Calls draw(width) now, so that nothing is painted in another width's order, and whenever the
  // width of `node` changes.
  const onWidth = (node, draw) => {
    let last = 0;
    const look = () => {
      const width = Math.round(node.clientWidth);
      if (width && width !== last) draw((last = width));
    };
    look();
    new ResizeObserver(look).observe(node);
  };

  // Starts `figure(root, data, host)` in every container of this id that has not been started.
  const mount = (id, css, data, figure) => {
    const start = (tries) => {
      const hosts = document.querySelectorAll(`[data-lbf="${id}"]:not([data-ready])`);
      if (!hosts.length && tries) return void setTimeout(start, 50, tries - 1);
      for (const host of hosts) {
        host.dataset.ready = "";
        const twins = document.querySelectorAll(`[data-lbf="${id}"][data-ready]`).length;
        if (twins > 1) host.id = id + "-" + twins;
        let root = host;
        if (css) {
          root = host.attachShadow({ mode: "open" });
          root.innerHTML = `<style>${css}</style><div class="fig"></div>`;
          root = root.lastChild;
        }
        figure(root, data, host);
      }
    };
    start(40);
  };

  return { num, signed, calm, refs, set, write, slider, fill, speaker, parts, onWidth, mount };
})();
