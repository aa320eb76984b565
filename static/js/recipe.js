// Editor of a recipe: more rows for components and operations.
(() => {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add]");
    if (!button) return;
    const name = button.dataset.add;
    const total = document.querySelector(`input[name=${name}-TOTAL_FORMS]`);
    const blank = document.querySelector(`template[data-blank=${name}]`);
    const rows = document.createElement("tbody");
    rows.innerHTML = blank.innerHTML.replaceAll("__prefix__", total.value);
    const row = rows.firstElementChild;
    document.querySelector(`[data-rows=${name}] tbody`).append(row);
    total.value = String(Number(total.value) + 1);
    document.dispatchEvent(new CustomEvent("crm:fresh", { detail: row }));
    row.querySelector("select, input").focus();
  });
})();
