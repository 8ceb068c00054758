// The field of a formula: what is given as buttons that write it, and where a formula breaks off.
const formulaField = (() => {
  const escape = (text) =>
    text.replace(
      /[&<>"]/g,
      (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign],
    );
  /** Text with `code` as HTML. */
  const coded = (text) => escape(text).replace(/`([^`]*)`/g, "<code>$1</code>");

  const given = (q) =>
    Object.entries(q.given)
      .map(([name, words]) => {
        const shape = words.length
          ? `<span class="shape">(${words.join(", ")}${words.length === 1 ? "," : ""})</span>`
          : "";
        return `<button type="button" tabindex="-1" data-type="${name}"><code>${name}</code>${shape ? " " + shape : ""}</button>`;
      })
      .join("");

  /** The same for every exercise: no hint lies in the choice. */
  const tools = () =>
    [
      "sigmoid()",
      "tanh()",
      "exp()",
      "log()",
      "sqrt()",
      "sum( , axis=0)",
      "prod( , axis=0)",
      "@",
      "*",
      "**",
      ".T",
    ]
      .map(
        (text) =>
          `<button type="button" tabindex="-1" data-type="${text}"><code>${text}</code></button>`,
      )
      .join("");

  const body = (q, name) => {
    const rows = Math.max(2, q.answer.split("\n").length);
    return (
      `<div class="given" role="toolbar" aria-label="Given; each button writes its name">${given(q)}<span class="tools">${tools()}</span></div>` +
      `<label class="formula">Your formula<textarea rows="${rows}" spellcheck="false" autocapitalize="off" autocomplete="off" autocorrect="off" aria-describedby="${name}-say"></textarea></label>`
    );
  };

  /** Puts `text` where the caret is; between the brackets of a function. */
  const write = (field, text) => {
    const { selectionStart: from, selectionEnd: to, value } = field;
    const chosen = value.slice(from, to);
    const open = text.indexOf("(") + 1;
    const space = /[^\s([]$/.test(value.slice(0, from)) && text[0] !== "." ? " " : "";
    const put =
      space + (open && chosen ? text.slice(0, open) + chosen + text.slice(open).trimStart() : text);
    field.setRangeText(put, from, to, "end");
    if (open && !chosen) field.selectionStart = field.selectionEnd = from + space.length + open;
    field.focus();
  };

  const start = (form) => {
    const field = form.querySelector("textarea");
    const buttons = [...form.querySelectorAll(".given button")];
    buttons[0].tabIndex = 0;
    buttons.forEach((button, n) => {
      button.addEventListener("click", () => write(field, button.dataset.type));
      button.addEventListener("keydown", (event) => {
        const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!by) return;
        event.preventDefault();
        button.tabIndex = -1;
        const next = buttons[(n + by + buttons.length) % buttons.length];
        next.tabIndex = 0;
        next.focus();
      });
    });
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      form.requestSubmit();
    });
  };

  let seed = 0;
  const check = (form, q) => {
    const typed = form.querySelector("textarea").value;
    const found = formulas.check(q, typed, ++seed);
    const out = { kind: found.kind, text: coded(found.text), clue: true, unread: found.unread };
    if (found.at !== undefined) {
      const { line, column } = formulas.pointed(typed, found.at);
      const sign = line.slice(column - 1, column) || " ";
      out.text += `<pre class="place">${escape(line.slice(0, column - 1))}<mark>${escape(sign)}</mark>${escape(line.slice(column))}</pre>`;
    }
    return out;
  };

  return { body, start, check, coded };
})();
