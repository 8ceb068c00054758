/* Two things that the theme leaves undone. Jupyter Book puts this file on every page. */
(function () {
  "use strict";

  // A page that was opened as a file cannot read other files: search results without excerpts.
  if (location.protocol === "file:" && typeof DOCUMENTATION_OPTIONS !== "undefined") {
    DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
  }

  // A formula that is wider than its column can be scrolled with the keyboard, too.
  function markWideFormulas() {
    document.querySelectorAll("div.math, div.math mjx-container").forEach(function (box) {
      if (box.scrollWidth > box.clientWidth) {
        box.tabIndex = 0;
      } else {
        box.removeAttribute("tabindex");
      }
    });
  }

  window.addEventListener("load", function () {
    var ready = window.MathJax && window.MathJax.startup && window.MathJax.startup.promise;
    Promise.resolve(ready).then(markWideFormulas);
  });
  window.addEventListener("resize", markWideFormulas);
  document.addEventListener("toggle", markWideFormulas, true); // a fold that opens or closes
})();
