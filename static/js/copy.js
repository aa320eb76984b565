// A button with data-copy="#field" puts what stands in the field into the clipboard and says so.
(() => {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const field = document.querySelector(button.dataset.copy);
    const text = field.value ?? field.textContent;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      field.select?.();
      return;
    }
    const words = button.querySelector("span");
    const before = words.textContent;
    words.textContent = button.dataset.copied;
    button.setAttribute("aria-live", "polite");
    setTimeout(() => { words.textContent = before; }, 2000);
  });
})();
