// Shop floor: the clock of the present job, and the digits of a PIN.
(() => {
  const two = (number) => String(number).padStart(2, "0");

  const tick = () => {
    for (const timer of document.querySelectorAll("[data-since]")) {
      const running = Math.max(0, Date.now() - Date.parse(timer.dataset.since)) / 1000;
      const seconds = Math.floor(running + Number(timer.dataset.minutes) * 60);
      timer.textContent = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
    }
  };

  document.addEventListener("click", (event) => {
    const key = event.target.closest("[data-digit]");
    if (!key) return;
    const field = key.closest("[data-pin]").querySelector("input[name=pin]");
    field.value = key.dataset.digit ? `${field.value}${key.dataset.digit}`.slice(0, 8) : field.value.slice(0, -1);
  });

  // Enter in such a field presses the button that belongs to it, not the first one of the page.
  document.addEventListener("keydown", (event) => {
    const button = event.key === "Enter" && event.target.dataset?.enter;
    if (!button) return;
    event.preventDefault();
    document.getElementById(button)?.click();
  });

  tick();
  window.setInterval(tick, 1000);
})();
