// Short messages bottom left: 6 seconds, 10 with Undo, as long as it takes under the pointer or the focus.
// At most three at a time; errors stay until somebody closes them.
(() => {
  const MOST = 3;
  const SHORT = 6000;
  const WITH_UNDO = 10000;
  const box = document.getElementById("toasts");
  const template = document.getElementById("toast-template");
  if (!box) return;

  const isError = (toast) => toast.classList.contains("bad");

  const remove = (toast) => {
    const hadFocus = toast.contains(document.activeElement);
    toast.remove();
    if (hadFocus) document.getElementById("main")?.focus({ preventScroll: true });
  };

  const arm = (toast) => {
    if (toast.dataset.armed) return;
    toast.dataset.armed = "yes";
    toast.querySelector("[data-close]")?.addEventListener("click", () => remove(toast));
    if (isError(toast)) return;
    let timer;
    const start = () => {
      clearTimeout(timer);
      timer = setTimeout(() => remove(toast), toast.querySelector("[data-undo]") ? WITH_UNDO : SHORT);
    };
    const held = () => toast.matches(":hover") || toast.contains(document.activeElement);
    const stop = () => clearTimeout(timer);
    const goOn = () => setTimeout(() => held() || start());
    toast.addEventListener("pointerenter", stop);
    toast.addEventListener("focusin", stop);
    toast.addEventListener("pointerleave", goOn);
    toast.addEventListener("focusout", goOn);
    if (!held()) start();
  };

  const tidy = () => {
    const toasts = [...box.querySelectorAll("[data-toast]")];
    toasts.forEach(arm);
    const surplus = toasts.length - MOST;
    const expendable = [...toasts.filter((toast) => !isError(toast)), ...toasts.filter(isError)];
    expendable.slice(0, Math.max(0, surplus)).forEach(remove);
  };

  // `action` is {url, label}: the one thing that mends it. `undo` is a function that takes it back.
  const show = (text, { level = "info", action = null, undo = null } = {}) => {
    const toast = template.content.firstElementChild.cloneNode(true);
    toast.classList.add(level);
    toast.setAttribute("role", level === "bad" ? "alert" : "status");
    for (const sign of toast.querySelectorAll(".sign")) sign.hidden = !sign.classList.contains(level);
    toast.querySelector("[data-text]").textContent = text;
    if (action) {
      const link = toast.querySelector("[data-action]");
      link.hidden = false;
      link.href = action.url;
      link.textContent = action.label;
    }
    const back = toast.querySelector("[data-undo]");
    if (undo) {
      back.hidden = false;
      back.querySelector("button").addEventListener("click", () => {
        remove(toast);
        undo();
      });
    } else back.remove();
    box.append(toast);
    return toast;
  };

  const failed = (status) => {
    const kind = { 0: "offline", 403: "forbidden", 404: "missing", 429: "busy" }[status] || "failed";
    show(template.dataset[kind], { level: "bad" });
  };

  new MutationObserver(tidy).observe(box, { childList: true });
  tidy();
  window.toasts = { show, failed };
})();
