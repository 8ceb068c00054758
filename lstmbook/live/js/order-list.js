// Lines that are put in order: dragged by mouse or by their handle on a touch screen, moved by the
// arrow keys, or by the buttons below. Lines that do not belong are put aside.
const orderList = (() => {
  const escape = (text) =>
    text.replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign]);

  const row = (q, line) => {
    const text = q.code ? `<code>${escape(q.lines[line])}</code>` : q.lines[line];
    return `<li data-line="${line}"><button type="button" class="line" aria-describedby="KEYS"><span class="grip" aria-hidden="true"></span><span class="text">${text}</span></button></li>`;
  };

  const body = (q, name) => {
    const rows = orders
      .mixed(q)
      .map((line) => row(q, line).replace("KEYS", `${name}-keys`))
      .join("");
    const aside = q.lines.length > q.many;
    return (
      `<p class="keys" id="${name}-keys">Drag a line, or choose it and press the up and down arrow keys.</p>` +
      `<ol class="lines" aria-label="Your order">${rows}</ol>` +
      (aside
        ? `<p class="aside-title">Put aside: lines that do not belong</p><ol class="lines aside" aria-label="Put aside"></ol>`
        : "") +
      `<div class="row moves"><button type="button" data-by="-1">Move up</button><button type="button" data-by="1">Move down</button>` +
      (aside ? `<button type="button" data-by="aside">Put aside</button>` : "") +
      `</div>`
    );
  };

  const lists = (form) => [...form.querySelectorAll(".lines")];
  const rows = (list) => [...list.querySelectorAll("li")];

  /** Moves a line one place up or down, over the edge of a list into the other. */
  const move = (form, item, by) => {
    const [here, aside] = lists(form);
    const next = by < 0 ? item.previousElementSibling : item.nextElementSibling;
    if (next) by < 0 ? next.before(item) : next.after(item);
    else if (by < 0 && item.parentNode === aside) here.append(item);
    else if (by > 0 && item.parentNode === here && aside) aside.prepend(item);
  };

  const words = (form, item) => {
    const list = item.parentNode;
    const all = rows(list);
    const where = list.classList.contains("aside")
      ? "put aside"
      : `line ${all.indexOf(item) + 1} of ${all.length}`;
    return `${item.querySelector(".text").textContent.trim()}: ${where}`;
  };

  const choose = (form, item) => {
    form.querySelector(".chosen")?.classList.remove("chosen");
    if (item) item.classList.add("chosen");
    for (const button of form.querySelectorAll(".moves button")) button.disabled = !item;
    const put = form.querySelector("[data-by=aside]");
    if (put && item)
      put.textContent = item.parentNode.classList.contains("aside") ? "Take back" : "Put aside";
  };

  /** The line before which the pointer would drop, and the list. */
  const target = (form, y) => {
    const all = lists(form);
    const list = all.find(
      (one, n) => n === all.length - 1 || y < all[n + 1].getBoundingClientRect().top - 14,
    );
    const before = rows(list).find((item) => {
      const box = item.getBoundingClientRect();
      return y < box.top + box.height / 2;
    });
    return { list, before: before || null };
  };

  const drag = (form, changed) => {
    let item = null;
    let from = 0;
    let moved = false;
    form.addEventListener("pointerdown", (event) => {
      const line = event.target.closest(".line");
      if (
        !line ||
        event.button ||
        (event.pointerType === "touch" && !event.target.closest(".grip"))
      )
        return;
      item = line.closest("li");
      from = event.clientY;
      moved = false;
    });
    form.addEventListener("pointermove", (event) => {
      if (!item || (!moved && Math.abs(event.clientY - from) < 4)) return;
      if (!moved) form.setPointerCapture(event.pointerId);
      moved = true;
      item.classList.add("dragged");
      const { list, before } = target(form, event.clientY);
      if (before !== item && (before !== item.nextElementSibling || list !== item.parentNode))
        list.insertBefore(item, before);
    });
    const end = () => {
      if (item && moved) changed(item);
      item?.classList.remove("dragged");
      item = null;
    };
    form.addEventListener("pointerup", end);
    form.addEventListener("pointercancel", end);
  };

  const start = (form, q, speak) => {
    const changed = (item) => {
      for (const line of form.querySelectorAll(".out")) line.classList.remove("out");
      choose(form, item);
      speak(words(form, item));
    };
    const carry = (item, by) => {
      const [here, aside] = lists(form);
      if (by !== "aside") move(form, item, Number(by));
      else if (item.parentNode === aside) here.append(item);
      else aside.append(item);
      changed(item);
    };
    form.addEventListener("keydown", (event) => {
      const item = event.target.closest("li[data-line]");
      const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!item || !by) return;
      event.preventDefault();
      carry(item, by);
      item.querySelector(".line").focus();
    });
    form.addEventListener("click", (event) => {
      const item = event.target.closest("li[data-line]");
      const button = event.target.closest(".moves button");
      if (item) choose(form, item);
      else if (button) carry(form.querySelector(".chosen"), button.dataset.by);
    });
    form.addEventListener("focusin", (event) => {
      const item = event.target.closest("li[data-line]");
      if (item) choose(form, item);
    });
    drag(form, changed);
    choose(form, null);
  };

  const check = (form, q) => {
    const items = rows(lists(form)[0]);
    const found = orders.check(
      q,
      items.map((item) => Number(item.dataset.line)),
    );
    items.forEach((item, n) => item.classList.toggle("out", n === found.first));
    return { ...found, clue: true };
  };

  return { body, start, check };
})();
