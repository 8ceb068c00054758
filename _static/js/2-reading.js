// Search by key, contents on a phone, copying of code, wide formulas, folds that an address points at.
(function () {
  "use strict";

  const field = document.querySelector(".find input");
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    const asked = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
    if (field && (asked || (event.key === "/" && !typing && !event.target.isContentEditable))) {
      event.preventDefault();
      field.focus();
      field.select();
    }
    if (event.key === "Escape" && location.hash === "#contents") {
      location.hash = "#main";
      document.querySelector(".to-contents").focus();
    }
  });

  // the page's own place in the contents is in sight
  const contents = document.getElementById("contents");
  const current = contents && contents.querySelector(".current");
  if (current && current.offsetTop > contents.clientHeight * 0.7) {
    contents.scrollTop = current.offsetTop - contents.clientHeight / 3;
  }

  document.querySelectorAll(".cell_input pre, details > .highlight-python pre").forEach((code) => {
    const box = code.parentElement;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.addEventListener("click", () => {
      navigator.clipboard.writeText(code.textContent).then(
        () => (button.textContent = "Copied"),
        () => (button.textContent = "Not allowed here"),
      );
      setTimeout(() => (button.textContent = "Copy"), 2000);
    });
    box.style.position = "relative";
    box.append(button);
  });

  // What is wider than its column can be scrolled with the keyboard, too (source tabs always can).
  const wide =
    ".wide-formula, .long-formula, .table-box, article pre:not(.lbf-code), article .text_html";
  function markWide() {
    document.querySelectorAll(wide).forEach((box) => {
      if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    });
  }
  addEventListener("load", markWide);
  addEventListener("resize", markWide);
  document.addEventListener("toggle", markWide, true);

  function openTarget() {
    const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    const fold = target && target.closest("details:not([open])");
    if (fold) {
      fold.open = true;
      target.scrollIntoView();
    }
  }
  addEventListener("hashchange", openTarget);
  openTarget();
})();
