// Words of the page and figures show each other the part of the cell that is meant: both send and
// hear `lbf:part` on the document, with {part: one of "figoch" or null, from: id}.
const parts = (() => {
  const tell = (part, from) =>
    document.dispatchEvent(new CustomEvent("lbf:part", { detail: { part, from } }));

  // Elements of `root` with data-part light up (class lit) when that part is named elsewhere;
  // the pointer and the focus on them name it to the page.
  const join = (root, from) => {
    const light = (part) => {
      for (const node of root.querySelectorAll("[data-part]"))
        node.classList.toggle("lit", part !== null && node.dataset.part === part);
    };
    document.addEventListener("lbf:part", (event) => {
      if (root.isConnected && event.detail.from !== from) light(event.detail.part);
    });
    const near = (event) => event.target.closest?.("[data-part]")?.dataset.part ?? null;
    let told = null;
    const say = (part) => {
      if (part !== told) tell((told = part), from);
    };
    for (const kind of ["pointerover", "focusin"])
      root.addEventListener(kind, (event) => say(near(event)));
    for (const kind of ["pointerleave", "focusout"]) root.addEventListener(kind, () => say(null));
  };
  return { tell, join };
})();
