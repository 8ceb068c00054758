// Valves in a drawing that open and shut when they are dragged or told to by the arrow keys.
// valves.listen(node, {value(), pull(v), step(direction), end(which)})
const valves = (() => {
  const WAY = 74; // pixels of dragging from shut to open
  const KEYS = {
    ArrowUp: 1,
    ArrowRight: 1,
    ArrowDown: -1,
    ArrowLeft: -1,
    PageUp: 5,
    PageDown: -5,
  };

  function listen(node, hand) {
    let from = null;
    node.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      node.setPointerCapture(event.pointerId);
      node.classList.add("held");
      node.focus({ preventScroll: true });
      from = { x: event.clientX, y: event.clientY, value: hand.value() };
    });
    // a finger on a valve moves the valve, not the page
    node.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
    node.addEventListener("pointermove", (event) => {
      if (!from) return;
      // up or to the right opens
      const way = event.clientX - from.x - (event.clientY - from.y);
      hand.pull(from.value + (way * hand.range) / WAY);
    });
    for (const kind of ["pointerup", "pointercancel"])
      node.addEventListener(kind, () => {
        from = null;
        node.classList.remove("held");
      });
    node.addEventListener("keydown", (event) => {
      if (event.key in KEYS) hand.step(KEYS[event.key]);
      else if (event.key === "Home" || event.key === "End") hand.end(event.key === "End" ? 1 : -1);
      else return;
      event.preventDefault();
    });
  }
  return { listen };
})();
