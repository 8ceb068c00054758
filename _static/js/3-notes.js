// Terms and works: the sentence of the glossary, or the work, beside the word that is pointed at,
// focused or tapped. Escape closes it; the pointer may go into it.
(function () {
  "use strict";
  const data = document.getElementById("notes");
  if (!data) return;
  const notes = JSON.parse(data.textContent);
  const article = document.querySelector("article");
  const note = document.createElement("div");
  note.className = "note";
  note.id = "note";
  note.setAttribute("role", "tooltip");
  note.hidden = true;
  article.append(note);
  let shown = null;
  let timer = 0;

  const keyOf = (link) => (link.matches(".term") ? link.hash : link.getAttribute("href"));

  function fill([name, chinese, text], link) {
    note.replaceChildren();
    const add = (tag, content, lang) => {
      if (!content) return;
      const node = note.appendChild(document.createElement(tag));
      node.textContent = content;
      if (lang) node.lang = lang;
    };
    add("strong", name);
    add("span", chinese, "zh");
    add("p", text);
    if (link.matches(".term")) {
      const more = note.appendChild(document.createElement("a"));
      more.href = link.href;
      more.textContent = "In the glossary";
      more.tabIndex = -1;
    }
  }

  function place(link) {
    const box = article.getBoundingClientRect();
    const lines = link.getClientRects();
    const text = link.closest("p, li, td") || link;
    const column = (link.closest("section > *, article > *") || text).getBoundingClientRect();
    const room = box.right - column.right;
    const beside = room >= 190;
    note.classList.toggle("beside", beside);
    note.hidden = false;
    const at = lines[beside ? 0 : lines.length - 1];
    if (beside) {
      note.style.left = column.right - box.left + 24 + "px";
      note.style.right = "0";
      note.style.top = at.top - box.top + "px";
    } else {
      note.style.right = "auto";
      const left = Math.min(at.left - box.left, box.width - note.offsetWidth);
      note.style.left = Math.max(0, left) + "px";
      note.style.top = at.bottom - box.top + 4 + "px";
    }
  }

  function show(link) {
    clearTimeout(timer);
    if (shown === link) return;
    hide();
    const found = notes[keyOf(link)];
    if (!found) return;
    fill(found, link);
    place(link);
    link.setAttribute("aria-describedby", "note");
    shown = link;
  }
  function hide() {
    clearTimeout(timer);
    note.hidden = true;
    if (shown) shown.removeAttribute("aria-describedby");
    shown = null;
  }
  const later = (what, wait) => {
    clearTimeout(timer);
    timer = setTimeout(what, wait);
  };
  const linkOf = (event) => event.target.closest && event.target.closest("a.term, a.work");

  let touched = false; // a finger shows first and follows the second time; a mouse hovers first
  article.addEventListener("pointerdown", (event) => (touched = event.pointerType === "touch"));
  article.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const link = linkOf(event);
    if (link) later(() => show(link), 120);
    else if (note.contains(event.target)) clearTimeout(timer);
    else if (shown && document.activeElement !== shown) later(hide, 250);
  });
  article.addEventListener("focusin", (event) => linkOf(event) && show(linkOf(event)));
  article.addEventListener("focusout", (event) => linkOf(event) && later(hide, 250));
  document.addEventListener("click", (event) => {
    const link = linkOf(event);
    if (link && link.matches(".term") && touched && !("asked" in link.dataset)) {
      event.preventDefault();
      document.querySelectorAll("[data-asked]").forEach((one) => delete one.dataset.asked);
      link.dataset.asked = "";
      show(link);
    } else if (!link && !note.contains(event.target)) {
      hide();
    }
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  addEventListener("resize", hide);
})();
