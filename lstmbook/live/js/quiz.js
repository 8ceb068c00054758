// Questions in fieldsets; the page checks the answer and then explains it. After a wrong one it gives
// the reason for that option or a hint; the solution comes on request.

/** What was typed as numbers: 0.25, 0,25, 19,200, 1/4, 1.5 %, 2e-3; a percentage may mean either. */
function numbersIn(typed) {
  let text = typed
    .trim()
    .replace(/[\u2212\u2013]/g, "-")
    .replace(/\s/g, "");
  const percent = text.endsWith("%");
  if (percent) text = text.slice(0, -1);
  if (/^-?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/.test(text)) text = text.replaceAll(",", "");
  const parts = text.replace(",", ".").split("/");
  const values = parts.map((part) => (part === "" ? NaN : Number(part)));
  const value = values.length === 2 ? values[0] / values[1] : values.length === 1 ? values[0] : NaN;
  if (!Number.isFinite(value)) return [];
  return percent ? [value, value / 100] : [value];
}

/** The verdict on a wrong answer, with a button that shows the solution. */
function wrong(say, q, reason) {
  const why = reason || q.hint || "Try again.";
  say.className = "verdict bad";
  say.innerHTML = `<b>Not right.</b> ${why} <button type="button" class="show">Show the answer</button>`;
  say.querySelector(".show").addEventListener("click", () => {
    say.innerHTML = `<b>It is</b> ${q.solution}. ${q.because}`;
  });
}

function figure(root, data) {
  const right = new Set();
  const many = data.questions.length;
  root.innerHTML =
    `<p class="title">${data.title}${many > 1 ? ` <span class="score" data-k="score"></span>` : ""}</p>` +
    data.questions
      .map((q, n) => {
        const name = "q" + n;
        const body = q.options
          ? q.options
              .map(
                (text, k) =>
                  `<label class="option"><input type="radio" name="${name}" value="${k}"><span>${text}</span></label>`,
              )
              .join("")
          : `<label class="number">Your answer <input type="text" inputmode="decimal" autocomplete="off" size="10" aria-describedby="${name}-say"> ${q.unit}</label>`;
        return (
          `<form data-id="${q.id}"><fieldset><legend>${many > 1 ? n + 1 + ". " : ""}${q.ask}</legend>${body}` +
          `<div class="row"><button>Check</button></div><p class="verdict" role="status" id="${name}-say"></p></fieldset></form>`
        );
      })
      .join("") +
    (data.caption ? `<p class="cap">${data.caption}</p>` : "");
  const score = root.querySelector("[data-k=score]");
  root.querySelectorAll("form").forEach((form, n) => {
    const q = data.questions[n];
    const say = form.querySelector(".verdict");
    const show = (kind, text) => {
      say.className = "verdict " + kind;
      say.innerHTML = text;
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      let good, picked;
      if (q.options) {
        const chosen = form.querySelector("input:checked");
        if (!chosen) return show("ask", "Choose one of the answers first.");
        picked = Number(chosen.value);
        good = picked === q.answer;
        for (const label of form.querySelectorAll(".option")) {
          label.classList.remove("good", "bad");
          if (label.contains(chosen)) label.classList.add(good ? "good" : "bad");
        }
      } else {
        const found = numbersIn(form.querySelector("input").value);
        if (!found.length) return show("ask", "Type a number, for example 0.25.");
        good = found.some((value) => Math.abs(value - q.answer) <= q.tolerance + 1e-12);
      }
      right[good ? "add" : "delete"](q.id);
      if (good) show("good", `<b>Right.</b> ${q.because}`);
      else wrong(say, q, q.reasons && q.reasons[picked]);
      if (score) score.textContent = `${right.size} of ${many} right`;
    });
  });
}
