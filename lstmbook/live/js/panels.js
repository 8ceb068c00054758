// A row of small grids, one a step in time: what one place could have seen of each of them.
const panels = (() => {
  const SIZE = 10;

  // HTML of `count` empty panels of rows by columns; `words(k)` stands under panel k.
  const markup = (count, rows, columns, words) =>
    `<div class="panels" style="--n: ${count}">${Array.from({ length: count }, (_, k) => {
      const cells = Array.from(
        { length: rows * columns },
        (_, n) =>
          `<rect data-cell="${n}" x="${(n % columns) * SIZE + 0.5}" y="${Math.floor(n / columns) * SIZE + 0.5}" width="${SIZE - 1}" height="${SIZE - 1}" rx="1"/>`,
      ).join("");
      return `<figure><svg data-panel="${k}" viewBox="0 0 ${columns * SIZE} ${rows * SIZE}" role="img">${cells}</svg><figcaption>${words(k)}</figcaption></figure>`;
    }).join("")}</div>`;

  // Sets the class of every cell of panel k to what `name(n)` says, and its label.
  const draw = (root, k, name, label) => {
    const svg = root.querySelector(`[data-panel="${k}"]`);
    svg.setAttribute("aria-label", label);
    for (const cell of svg.children) cell.setAttribute("class", name(Number(cell.dataset.cell)));
  };

  return { markup, draw };
})();
