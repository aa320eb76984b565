// Allocating a payment: sums follow what is typed, a box takes what is open. The server counts again.
(() => {
  const form = document.getElementById("allocate-form");
  if (!form) return;
  const available = cents(form.dataset.available, ".");
  const point = form.dataset.point || ".";
  const language = document.documentElement.lang || "en";
  const shown = form.querySelector("[data-left]").textContent;

  function cents(text, mark) {
    const clean = String(text).trim().replace(mark === "," ? /[.\s\u00a0\u202f']/g : /[,\s\u00a0\u202f']/g, "").replace(",", ".");
    const value = Math.round(Number(clean) * 100);
    return Number.isFinite(value) ? value : 0;
  }
  const money = (value) => (value / 100).toLocaleString(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const plain = shown.replace("\u2212", "");
  const sign = (value) => (value < 0 ? "\u2212" : "") + plain.replace(/[\d.,\s\u00a0\u202f']*\d/, money(Math.abs(value)));
  const rows = () => [...document.querySelectorAll("tr[data-document]")];
  const field = (row) => row.querySelector("[data-amount]");

  const count = () => {
    let used = 0, documents = 0;
    for (const row of rows()) {
      const amount = cents(field(row).value, point);
      used += amount;
      documents += amount ? 1 : 0;
      row.classList.toggle("sel", Boolean(amount));
      row.querySelector("[data-use]").checked = Boolean(amount);
    }
    const left = available - used;
    form.querySelector("[data-count]").textContent = String(documents);
    form.querySelector("[data-used]").textContent = sign(used);
    const place = form.querySelector("[data-left]");
    place.textContent = sign(left);
    place.classList.toggle("bad", left < 0);
    place.classList.toggle("ok", left === 0);
    form.querySelector("[data-bar]").value = used / 100;
  };

  document.addEventListener("input", (event) => { if (event.target.matches("[data-amount]")) count(); });
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-use]")) return;
    const row = event.target.closest("tr"), amount = field(row);
    const others = rows().filter((one) => one !== row).reduce((sum, one) => sum + cents(field(one).value, point), 0);
    const open = cents(row.querySelector("[data-open]").dataset.open, ".");
    amount.value = event.target.checked ? money(Math.max(Math.min(open, available - others), 0)) : "";
    count();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[name=next]"));
    }
  });
  // What was typed before this script was there, or what the browser kept when somebody came back.
  if (rows().some((row) => field(row).value !== field(row).defaultValue)) count();
  document.querySelector("[data-amount].is-invalid")?.focus();
})();
