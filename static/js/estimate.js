// Answer to an estimate: the sum of what stands in the amounts, told after a second of rest.
(() => {
  const form = document.querySelector("[data-estimate]");
  if (!form) return;
  const sum = form.querySelector("[data-sum]");
  let timer;

  const show = () => {
    const cents = [...form.querySelectorAll(".amount input")].reduce((all, field) => {
      const value = Number(field.value.replace(/\s/g, "").replace(",", "."));
      return all + (Number.isFinite(value) ? Math.round(value * 100) : 0);
    }, 0);
    sum.textContent = (cents / 100).toLocaleString(document.documentElement.lang, { minimumFractionDigits: 2 });
  };

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, 1000);
  });
  show();
})();
