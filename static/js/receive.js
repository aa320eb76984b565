// Receiving: fill in or clear what is open, and a scanned code leads to its line.
(() => {
  const form = document.querySelector("[data-receive]");
  if (!form) return;
  const fields = () => [...form.querySelectorAll("input[data-open]")];
  form.addEventListener("click", (event) => {
    const fill = event.target.closest("[data-all-came]");
    if (!fill && !event.target.closest("[data-none-came]")) return;
    for (const field of fields()) field.value = fill ? field.dataset.open : "";
  });
  // A scanner ends with Enter: that goes to the next field here, and never posts half a receipt.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
    event.preventDefault();
    const all = [...form.querySelectorAll("input:not([type=hidden]), select, button[type=submit]")];
    all[all.indexOf(event.target) + 1]?.focus();
  });
})();
