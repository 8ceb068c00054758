// What is done and what is open on all pages; the results as a code, and codes read back.
const progressParts = (() => {
  const safe = (text) =>
    text.replace(
      /[&<>"]/g,
      (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign],
    );
  const WORDS = { own: "done", shown: "solution seen", "": "open" };

  const done = ({ own, shown, all }) =>
    `${own} of ${all} done${shown ? `, ${shown} with the solution seen` : ""}`;

  const row = (page, states, link) => {
    const list = page.exercises
      .map(([id, ask]) => {
        const how = states[`${page.page}/${id}`] || "";
        return `<li class="${how || "open"}"><span>${WORDS[how]}</span> ${safe(ask)}</li>`;
      })
      .join("");
    const counted = results.count([page], states);
    const part = ((100 * (counted.own + counted.shown)) / counted.all).toFixed(0);
    const go = link ? `<p><a href="${page.page}.html">Go to ${safe(page.title)}</a></p>` : "";
    return (
      `<details><summary><span class="name">${safe(page.title)}</span> <span class="many">${done(counted)}</span>` +
      `<span class="bar" aria-hidden="true"><span style="width:${part}%"></span></span></summary>${go}<ul>${list}</ul></details>`
    );
  };

  /** One row for each code: who, when, how much; faults in words. */
  const table = (pages, text) => {
    const codes = text
      .split(/\n/)
      .map((line) => line.trim())
      .filter(Boolean);
    const rows = codes.map((code, n) => {
      const found = results.decode(pages, code);
      if (found.fault)
        return `<tr><th scope="row">Code ${n + 1}</th><td colspan="5">${safe(found.fault)}</td></tr>`;
      const { own, shown, all } = results.count(pages, found.states);
      const touched = pages
        .map((page) => [page, results.count([page], found.states)])
        .filter(([, counted]) => counted.own + counted.shown)
        .map(([page, counted]) => `${safe(page.title)}: ${done(counted)}`)
        .join("<br>");
      return (
        `<tr><th scope="row">${safe(found.name) || "no name"}</th><td>${found.date}</td><td>${own}</td><td>${shown}</td>` +
        `<td>${all - own - shown}</td><td><details><summary>By page</summary>${touched || "nothing yet"}</details></td></tr>`
      );
    });
    const head = ["Name", "Day", "Done", "Solution seen", "Open", "Pages"];
    return `<table><thead><tr>${head.map((name) => `<th scope="col">${name}</th>`).join("")}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
  };

  const FRAME =
    `<p class="all" data-k="all"></p><p class="where" data-k="where"></p><div data-k="pages"></div>` +
    `<div class="row"><button type="button" data-k="forget">Forget all of it</button>` +
    `<span data-k="sure" hidden><span class="ask">Forget what you did, on all pages?</span> <button type="button" data-k="yes">Yes, forget</button> <button type="button" data-k="no">Keep it</button></span></div>` +
    `<h2>Results as a code</h2><p>For a course: one code that says what is done on which page. It can be forged, as anybody can make one; it is a report, not a proof.</p>` +
    `<div class="row"><label>Name <input type="text" data-k="name" maxlength="60" autocomplete="name"></label> <button type="button" data-k="make">Make the code</button></div>` +
    `<div data-k="made" hidden><label>Your code<textarea readonly rows="3" data-k="code" spellcheck="false"></textarea></label><div class="row"><button type="button" data-k="copy">Copy</button></div></div>` +
    `<h2>Read codes</h2><label>Codes, one a line<textarea rows="3" data-k="codes" spellcheck="false"></textarea></label>` +
    `<div class="row"><button type="button" data-k="read">Show the table</button></div><div class="scroll" data-k="table" role="region" aria-label="Results" tabindex="0" hidden></div>` +
    `<p class="sr" role="status" data-k="live"></p>`;

  return { row, table, done, FRAME };
})();

function figure(root, data) {
  const { pages } = data;
  root.innerHTML = progressParts.FRAME + (data.caption ? `<p class="cap">${data.caption}</p>` : "");
  const at = ui.refs(root);
  const speak = ui.speaker(at.live, 150);
  const inBook = Boolean(progress.page);
  ui.write(
    at.where,
    inBook
      ? "It is kept in this browser alone, and sent to nobody. A private window forgets it when closed."
      : "Outside the built book nothing is kept: open this page there.",
  );
  const draw = () => {
    const states = progress.all();
    const open = [...at.pages.querySelectorAll("details")].map((one) => one.open);
    ui.write(at.all, progressParts.done(results.count(pages, states)));
    at.pages.innerHTML = pages.map((page) => progressParts.row(page, states, inBook)).join("");
    at.pages.querySelectorAll("details").forEach((one, n) => (one.open = Boolean(open[n])));
  };
  const sure = (asked) => {
    at.sure.hidden = !asked;
    at.forget.hidden = asked;
    (asked ? at.no : at.forget).focus();
  };
  at.forget.addEventListener("click", () => sure(true));
  at.no.addEventListener("click", () => sure(false));
  at.yes.addEventListener("click", () => {
    progress.forget();
    draw();
    sure(false);
    speak("All of it is forgotten.");
  });
  at.make.addEventListener("click", () => {
    at.code.value = results.encode(pages, progress.all(), at.name.value, Date.now());
    at.made.hidden = false;
    at.code.focus();
    at.code.select();
  });
  at.copy.addEventListener("click", async () => {
    at.code.select();
    try {
      await navigator.clipboard.writeText(at.code.value);
      speak("Copied.");
      ui.write(at.copy, "Copied");
    } catch {
      speak("Copy the marked text yourself: the browser does not allow this button to.");
    }
  });
  at.read.addEventListener("click", () => {
    at.table.innerHTML = progressParts.table(pages, at.codes.value);
    at.table.hidden = false;
    speak("The table is shown.");
  });
  addEventListener("storage", draw);
  addEventListener("pageshow", draw);
  draw();
}
