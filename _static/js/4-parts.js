// Words for parts of the cell and the figures that draw them: pointing at one lights up the others.
// Both send and hear `lbf:part` with {part: "f" | "i" | "g" | "o" | "c" | "h" | null, from: id}.
(function () {
  "use strict";
  const words = document.querySelectorAll("article .part");
  if (!words.length || !document.querySelector("[data-lbf]")) return;
  document.documentElement.classList.add("has-figure");
  let lit = null;

  const send = (part) => {
    if (part === lit) return;
    const detail = { part, from: "text" };
    document.dispatchEvent(new CustomEvent("lbf:part", { detail }));
  };
  document.addEventListener("lbf:part", (event) => {
    lit = event.detail.part;
    words.forEach((word) => word.classList.toggle("lit", word.dataset.part === lit));
  });
  const partOf = (event) => {
    const word = event.target.closest && event.target.closest(".part");
    return word ? word.dataset.part : null;
  };
  const article = document.querySelector("article");
  article.addEventListener("pointerover", (event) => {
    if (event.target.closest("[data-lbf]")) return;
    send(partOf(event));
  });
  article.addEventListener("pointerleave", () => send(null));
  article.addEventListener("focusin", (event) => partOf(event) && send(partOf(event)));
  article.addEventListener("click", (event) => partOf(event) && send(partOf(event)));
})();
