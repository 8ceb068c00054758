// Questions in fieldsets; the page checks the answer, says what is wrong, and then explains it. The
// hint comes after a miss or on request, the solution on request; what was done is remembered.

const POWERS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻";

/** What was typed as numbers: 0.25, 0,25, 19,200, 1/4, 1.5 %, 2e-3; some may mean two of them. */
// 1.5 % is 0.015, and also 1.5 where the answer is no share (`large`)
function numbersIn(typed, large) {
  let text = typed
    .trim()
    .replace(/[\u2212\u2013]/g, "-")
    .replace(
      /[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+/g,
      (power) => "^" + [...power].map((sign) => "0123456789-"[POWERS.indexOf(sign)]).join(""),
    )
    .replace(/^(=|≈|~)/, "")
    .replace(/(\d)[\s_'\u2019]+(?=\d{3}(?!\d))/g, "$1")
    .replace(/\s*([/*^·×%])\s*/g, "$1")
    .replace(/^([-+])\s+/, "$1");
  const percent = text.endsWith("%");
  if (percent) text = text.slice(0, -1);
  text = text
    .replace(/[·×*x]10(?:\^|\*\*)\(?([-+]?\d+)\)?$/, "e$1")
    .replace(/^10(?:\^|\*\*)\(?([-+]?\d+)\)?$/, "1e$1");
  const values = spellings(text).map((spelling) => {
    const parts = spelling.split("/").map(decimal);
    return parts.length > 2 ? NaN : parts.length === 2 ? parts[0] / parts[1] : parts[0];
  });
  const found = values.filter(Number.isFinite);
  if (!percent) return found;
  return found.flatMap((value) => (large ? [value, value / 100] : [value / 100]));
}

const decimal = (text) => (/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : NaN);

/** A text with its commas and points as Python writes numbers: thousands or a decimal comma. */
function spellings(text) {
  if (/^[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/.test(text)) return [text.replaceAll(",", "")];
  if (
    /^[-+]?[1-9]\d{0,2}(\.\d{3}){2,}(,\d+)?$/.test(text) ||
    /^[-+]?[1-9]\d{0,2}\.\d{3},\d+$/.test(text)
  ) {
    return [text.replaceAll(".", "").replace(",", ".")];
  }
  const point = text.replace(/,(?=\d)/g, ".");
  // 19.200 is 19.2, and nineteen thousand two hundred where people write it so
  return /^[-+]?[1-9]\d{0,2}\.\d{3}$/.test(text) ? [point, text.replace(".", "")] : [point];
}

const choices = {
  body: (q, name) =>
    q.options
      .map(
        (text, k) =>
          `<label class="option"><input type="radio" name="${name}" value="${k}"><span>${text}</span></label>`,
      )
      .join(""),
  check(form, q) {
    const chosen = form.querySelector("input:checked");
    if (!chosen) return { kind: "ask", text: "Choose one of the answers first." };
    const good = Number(chosen.value) === q.answer;
    for (const label of form.querySelectorAll(".option")) {
      label.classList.remove("good", "bad");
      if (label.contains(chosen)) label.classList.add(good ? "good" : "bad");
    }
    const reason = q.reasons && q.reasons[Number(chosen.value)];
    return good ? { kind: "good" } : { kind: "bad", text: reason || q.hint || "Try again." };
  },
};

const numbers = {
  body: (q, name) =>
    `<label class="number">Your answer <input type="text" inputmode="text" autocomplete="off" spellcheck="false" size="12" aria-describedby="${name}-say"> ${q.unit}</label>`,
  check(form, q) {
    const typed = form.querySelector("input").value;
    const found = numbersIn(typed, Math.abs(q.answer) > 1);
    if (!found.length) {
      const why = typed.trim() ? "That is no number: type only digits" : "Type a number";
      return { kind: "ask", text: `${why}, for example 0.25 or 1/4.` };
    }
    const good = found.some((value) => Math.abs(value - q.answer) <= q.tolerance + 1e-12);
    return good ? { kind: "good" } : { kind: "bad", text: q.hint || "Try again." };
  },
};

const KINDS = {
  choice: choices,
  number: numbers,
  formula: typeof formulaField === "undefined" ? null : formulaField,
  order: typeof orderList === "undefined" ? null : orderList,
};
const MARKS = { own: "done", shown: "solution seen" };

/** One question: its form, its buttons, its verdicts. `tell` says to all that something is done. */
function ask(form, q, tell, speak) {
  const kind = KINDS[q.kind];
  const say = form.querySelector(".verdict");
  const [hint, solve] = form.querySelectorAll(".hint, .show");
  const mark = form.querySelector(".mark");
  const show = (type, text) => {
    say.className = "verdict " + type;
    say.innerHTML = text;
    speak(say.textContent);
  };
  const marked = () => {
    const how = progress.state(q.id);
    mark.className = "mark " + how;
    mark.textContent = MARKS[how] || "";
    tell();
  };
  const clues = Boolean(q.hint) && q.kind !== "choice";
  hint.hidden = !clues;
  solve.hidden = true;
  hint.addEventListener("click", () => {
    solve.hidden = false;
    show("ask", `<b>Hint.</b> ${q.hint}`);
  });
  solve.addEventListener("click", () => {
    progress.note(q.id, progress.SHOWN);
    marked();
    show("told", `<b>The answer:</b> ${q.solution} ${q.because}`);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const found = kind.check(form, q);
    if (found.kind === "ask") return show("ask", found.text);
    if (found.kind === "good") {
      progress.note(q.id, progress.OWN);
      marked();
      solve.hidden = true;
      return show("good", `<b>Right.</b> ${q.because}`);
    }
    if (found.unread) return show("bad", `<b>Cannot be read.</b> ${found.text}`);
    solve.hidden = false;
    const clue = found.clue && q.hint ? ` <span class="clue"><b>Hint.</b> ${q.hint}</span>` : "";
    show("bad", `<b>Not right.</b> ${found.text}${clue}`);
  });
  if (kind.start) kind.start(form, q, speak);
  marked();
}

function figure(root, data) {
  const many = data.questions.length;
  const heading = data.title || many > 1;
  root.innerHTML =
    (heading
      ? `<p class="title">${data.title}${many > 1 ? ` <span class="score" data-k="score"></span>` : ""}</p>`
      : "") +
    data.questions
      .map(
        (q, n) =>
          `<form class="${q.kind}-form" data-id="${q.id}" autocomplete="off" novalidate><fieldset><legend>${many > 1 ? n + 1 + ". " : ""}${q.ask} <span class="mark"></span></legend>` +
          `${KINDS[q.kind].body(q, "q" + n)}<div class="row"><button class="check">Check</button>` +
          `<button type="button" class="hint">Hint</button><button type="button" class="show">Show the answer</button></div>` +
          `<div class="verdict" id="q${n}-say"></div></fieldset></form>`,
      )
      .join("") +
    (data.caption ? `<p class="cap">${data.caption}</p>` : "") +
    `<p class="sr" role="status" data-k="live"></p>`;
  const { score, live } = ui.refs(root);
  const said = ui.speaker(live, 150);
  let last = "";
  const speak = (text) => {
    // the same verdict twice is said twice
    last = text === last ? text + "\u00a0" : text;
    said(last);
  };
  const tell = () => {
    const states = data.questions.map((q) => progress.state(q.id));
    const own = states.filter((how) => how === progress.OWN).length;
    const seen = states.filter((how) => how === progress.SHOWN).length;
    if (score) {
      const text = own + seen ? `${own} of ${many} right${seen ? `, ${seen} shown` : ""}` : "";
      ui.write(score, text);
    }
  };
  root.querySelectorAll("form").forEach((form, n) => ask(form, data.questions[n], tell, speak));
}
