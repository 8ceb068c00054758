// Questions in fieldsets; the page checks the answer and then explains it.
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
      let good;
      if (q.options) {
        const chosen = form.querySelector("input:checked");
        if (!chosen) return show("ask", "Choose one of the answers first.");
        good = Number(chosen.value) === q.answer;
        for (const label of form.querySelectorAll(".option")) {
          label.classList.remove("good", "bad");
          if (label.contains(chosen)) label.classList.add(good ? "good" : "bad");
        }
      } else {
        const text = form
          .querySelector("input")
          .value.trim()
          .replace(",", ".")
          .replace("\u2212", "-");
        if (!text || !Number.isFinite(Number(text)))
          return show("ask", "Type a number, for example 0.25.");
        good = Math.abs(Number(text) - q.answer) <= q.tolerance + 1e-12;
      }
      right[good ? "add" : "delete"](q.id);
      show(
        good ? "good" : "bad",
        `<b>${good ? "Right." : "Not right."}</b> ${good ? "" : q.options ? "" : `It is ${q.solution}. `}${q.because}`,
      );
      if (score) score.textContent = `${right.size} of ${many} right`;
    });
  });
}
