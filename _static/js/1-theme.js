// Light or dark: as the system has it until the reader chooses; the inline line in the head of every
// page sets the first one. Paper is always light and unfolded.
(function () {
  "use strict";
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const button = document.querySelector(".mode");
  const store = (value) => {
    try {
      localStorage.setItem("mode", value);
    } catch {
      // a page that may not store anything forgets the choice
    }
  };

  function show(theme) {
    root.dataset.theme = theme;
    if (button) button.lastElementChild.textContent = theme === "dark" ? "Light" : "Dark";
  }
  function follow() {
    if (root.dataset.mode === "auto") show(dark.matches ? "dark" : "light");
  }

  show(root.dataset.theme);
  dark.addEventListener("change", follow);
  if (button) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const theme = root.dataset.theme === "dark" ? "light" : "dark";
      root.dataset.mode = theme;
      store(theme);
      show(theme);
    });
  }

  let before = null;
  const folded = [];
  addEventListener("beforeprint", () => {
    before = root.dataset.theme;
    show("light");
    document.querySelectorAll("article details:not([open])").forEach((fold) => {
      folded.push(fold);
      fold.open = true;
    });
  });
  addEventListener("afterprint", () => {
    if (before) show(before);
    folded.splice(0).forEach((fold) => (fold.open = false));
  });
  const print = document.querySelector(".launch .print");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", () => window.print());
  }
})();
