// Lists: selection with Shift ranges, the bulk bar, a second sort key, choosing columns.
(() => {
  const boxes = (form) => [...form.querySelectorAll("tbody input[name=ids]")];
  let last = null;

  const refresh = (form) => {
    const all = boxes(form);
    const chosen = all.filter((box) => box.checked);
    for (const box of all) box.closest("tr").classList.toggle("sel", box.checked);
    const bar = form.querySelector("[data-bulk]");
    if (!bar) return;
    bar.hidden = chosen.length === 0;
    const word = bar.querySelector("[data-selected]");
    if (word) word.textContent = (bar.dataset.words || "%s").replace("%s", chosen.length);
    const head = form.querySelector("[data-all]");
    if (head) {
      head.checked = chosen.length === all.length && all.length > 0;
      head.indeterminate = chosen.length > 0 && chosen.length < all.length;
    }
    const everything = form.querySelector("[data-everything]");
    if (everything && chosen.length < all.length) everything.checked = false;
  };

  const start = () => document.querySelectorAll("form[data-selection]").forEach(refresh);

  document.addEventListener("click", (event) => {
    const box = event.target.closest("tbody input[name=ids]");
    if (box) {
      const all = boxes(box.form);
      if (event.shiftKey && last && all.includes(last)) {
        const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
        for (const between of all.slice(from, to + 1)) between.checked = box.checked;
      }
      last = box;
      refresh(box.form);
      return;
    }
    const head = event.target.closest("[data-all]");
    if (head) {
      for (const one of boxes(head.form)) one.checked = head.checked;
      refresh(head.form);
      return;
    }
    const everything = event.target.closest("[data-everything]");
    if (everything && everything.checked) {
      for (const one of boxes(everything.form)) one.checked = true;
      refresh(everything.form);
      everything.checked = true;
    }
    const sort = event.target.closest("a[data-second]");
    if (sort && event.shiftKey) {
      event.preventDefault();
      event.stopImmediatePropagation();
      window.location.assign(sort.dataset.second);
    }
    const move = event.target.closest("[data-up], [data-down]");
    if (move) {
      const row = move.closest("[data-column]");
      const other = "up" in move.dataset ? row.previousElementSibling : row.nextElementSibling;
      if (other?.matches("[data-column]") && !other.querySelector("input[disabled]")) {
        if ("up" in move.dataset) other.before(row); else other.after(row);
        move.focus();
      }
    }
  }, true);

  document.addEventListener("reset", (event) => {
    if (event.target.matches("form[data-selection]")) setTimeout(() => refresh(event.target));
  });

  document.addEventListener("input", (event) => {
    const finder = event.target.closest("[data-finds]");
    if (!finder) return;
    const words = finder.value.trim().toLowerCase();
    for (const field of finder.form.querySelectorAll(finder.dataset.finds)) {
      field.hidden = words !== "" && !field.dataset.words.includes(words);
    }
  });

  // An empty filter leaves the address.
  document.addEventListener("formdata", (event) => {
    if (!event.target.matches(".filter-form, .list-search, .column-form")) return;
    const data = event.formData;
    for (const [name, value] of [...data.entries()]) if (value === "" || value === "unknown") data.delete(name);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const form = document.querySelector("form[data-selection]");
    if (form && boxes(form).some((box) => box.checked) && !document.querySelector("dialog[open]")) form.reset();
  });

  document.addEventListener("htmx:afterSettle", start);
  start();
})();
