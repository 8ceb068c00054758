// Turns the blocks of code into tabs. One choice holds for all source tabs of the page.
function figure(root, data, host) {
  const KEY = "lstmbook-framework";
  const panels = [...host.querySelectorAll(".lbf-panel")];
  const bar = document.createElement("div");
  bar.className = "lbf-bar";
  bar.setAttribute("role", "tablist");
  bar.setAttribute("aria-label", "Implementation");
  const tabs = panels.map((panel, n) => {
    const tab = document.createElement("button");
    tab.type = "button";
    tab.textContent = panel.dataset.title;
    tab.id = `${host.id}-tab-${n}`;
    panel.id = `${host.id}-panel-${n}`;
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", panel.id);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    bar.append(tab);
    return tab;
  });
  const choose = (title) => {
    const place = data.titles.indexOf(title);
    if (place < 0) return;
    tabs.forEach((tab, n) => {
      tab.setAttribute("aria-selected", n === place);
      tab.tabIndex = n === place ? 0 : -1;
      panels[n].hidden = n !== place;
    });
  };
  // The other tabs of the page follow; those above must not push this one out of sight.
  const tell = (title) => {
    const before = bar.getBoundingClientRect().top;
    try {
      localStorage.setItem(KEY, title);
    } catch {
      /* a page without storage */
    }
    document.dispatchEvent(new CustomEvent(KEY, { detail: title }));
    window.scrollBy({ top: bar.getBoundingClientRect().top - before, behavior: "instant" });
  };
  tabs.forEach((tab, n) => {
    tab.addEventListener("click", () => tell(data.titles[n]));
    tab.addEventListener("keydown", (event) => {
      const last = tabs.length - 1;
      const next = {
        ArrowRight: n < last ? n + 1 : 0,
        ArrowLeft: n ? n - 1 : last,
        Home: 0,
        End: last,
      }[event.key];
      if (next === undefined) return;
      event.preventDefault();
      tell(data.titles[next]);
      tabs[next].focus();
    });
  });
  document.addEventListener(KEY, (event) => choose(event.detail));
  host.prepend(bar);
  host.classList.add("lbf-on");
  let saved = null;
  try {
    saved = localStorage.getItem(KEY);
  } catch {
    /* a page without storage */
  }
  choose(data.titles[0]);
  choose(saved);
}
