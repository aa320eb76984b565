// Before a session ends because nothing is done in it, this asks whether somebody is there. Tabs know of each other.
(() => {
  const dialog = document.getElementById("idle-dialog");
  if (!dialog) return;
  const LIMIT = Number(dialog.dataset.idle) * 1000;
  const WARNING = Math.min(120000, LIMIT / 2);
  const TELL_EVERY = 240000;
  const KEY = "last-active";
  const left = dialog.querySelector("[data-left]");
  let told = Date.now();

  const lastActive = () => Math.max(Number(window.localStorage.getItem(KEY)) || 0, 0);
  const note = () => window.localStorage.setItem(KEY, String(Date.now()));
  const tell = () => {
    told = Date.now();
    const token = JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";
    window.fetch(dialog.dataset.stay, { method: "POST", headers: { "X-CSRFToken": token } }).catch(() => {});
  };
  const active = () => {
    if (dialog.open) return;
    note();
    if (Date.now() - told > TELL_EVERY) tell();
  };

  note();
  for (const kind of ["keydown", "pointerdown", "scroll"]) document.addEventListener(kind, active, { passive: true, capture: true });
  dialog.addEventListener("close", () => {
    note();
    tell();
  });

  window.setInterval(() => {
    const rest = LIMIT - (Date.now() - lastActive());
    if (rest > WARNING) {
      if (dialog.open) dialog.close();
      return;
    }
    if (rest <= 0) {
      dialog.querySelector("[data-leave]").submit();
      return;
    }
    left.textContent = left.dataset.words.replace("{n}", String(Math.ceil(rest / 1000)));
    if (!dialog.open) dialog.showModal();
  }, 1000);
})();
