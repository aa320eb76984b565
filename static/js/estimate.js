// Answer to an estimate: the sum of what stands in the amounts, told after a second of rest. The server counts again.
(() => {
  const form = document.querySelector("[data-estimate]");
  if (!form) return;
  const sum = form.querySelector("[data-sum]");
  const { point, currency } = sum.dataset;
  const money = new Intl.NumberFormat(document.documentElement.lang || "en", { style: "currency", currency });
  let timer;

  // As the server reads: the later of two marks stands before the decimals, one that groups three digits groups.
  const value = (text) => {
    const clean = text.replace(/[\s\u00a0\u202f']/g, "");
    const group = point === "," ? "." : ",";
    const tail = clean.split(group).at(-1);
    const both = clean.includes(",") && clean.includes(".");
    const groups = clean.includes(group) && /^\d{3}$/.test(tail);
    const mark = both ? (clean.lastIndexOf(",") > clean.lastIndexOf(".") ? "," : ".") : clean.includes(group) && !groups ? group : point;
    const number = Number(clean.replaceAll(mark === "," ? "." : ",", "").replace(mark, "."));
    return Number.isFinite(number) ? Math.round(number * 100) : 0;
  };

  const show = () => {
    const fields = [...form.querySelectorAll(".amount input")];
    sum.textContent = money.format(fields.reduce((all, field) => all + value(field.value), 0) / 100);
  };

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, 1000);
  });
  show();
})();
