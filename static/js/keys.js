// The keys of the interface guide. Silent while typing and while a dialog is open; can be switched off per browser.
// A control says which key it answers to: data-key="e", or "g d" for two keys one after the other.
(() => {
  const OFF = "keys-off";
  const PAUSE = 1200;
  const dialog = document.getElementById("keys-dialog");
  const boxes = [...document.querySelectorAll("[data-keys-on]")];
  let first = "";
  let timer;

  const isOff = () => window.localStorage.getItem(OFF) === "yes";
  const show = () => boxes.forEach((box) => { box.checked = !isOff(); });
  show();
  boxes.forEach((box) =>
    box.addEventListener("change", () => {
      if (box.checked) window.localStorage.removeItem(OFF);
      else window.localStorage.setItem(OFF, "yes");
      show();
    }));

  const isTyping = (element) =>
    element.isContentEditable || (element.matches("input, textarea, select") && !element.matches("[type=checkbox], [type=radio]"));

  const isShown = (element) => element.offsetParent !== null || element.closest(".side") !== null;
  const answering = (keys) => [...document.querySelectorAll(`[data-key="${keys}"]`)].find(isShown);
  const rows = () => [...document.querySelectorAll("[data-row], main .tbl:not([aria-busy]) tbody tr")].filter(isShown);
  const rowOf = (element) => element.closest("[data-row], main .tbl tbody tr");

  const step = (by) => {
    const all = rows();
    if (!all.length) return false;
    const here = all.indexOf(rowOf(document.activeElement));
    const next = all[here < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + by, 0), all.length - 1)];
    const target = next.querySelector("a.r, a.t") || next.querySelector("a[href], button, input") || next;
    if (target === next) next.tabIndex = -1;
    target.focus();
    return true;
  };

  const select = () => {
    const tick = rowOf(document.activeElement)?.querySelector("input[type=checkbox]");
    tick?.click();
    return Boolean(tick);
  };

  const move = () => {
    const grip = rowOf(document.activeElement)?.querySelector("[data-move]");
    grip?.click();
    return Boolean(grip);
  };

  const find = () => {
    const field = document.querySelector("[data-find], .filterbar input[type=search], .filterbar .inputish input");
    field?.focus();
    field?.select?.();
    return Boolean(field);
  };

  const undo = () => {
    const buttons = document.querySelectorAll("#toasts [data-undo] button");
    buttons[buttons.length - 1]?.click();
    return buttons.length > 0;
  };

  const all = () => {
    dialog?.showModal();
    return Boolean(dialog);
  };

  const own = { j: () => step(1), k: () => step(-1), x: select, m: move, "/": find, z: undo, "?": all };

  const press = (keys) => {
    const control = answering(keys);
    if (!control) return false;
    if (control.matches("input, textarea, select")) control.focus();
    else control.click();
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const form = event.target.closest("form");
      if (form) {
        event.preventDefault();
        form.requestSubmit();
      }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isOff()) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const keys = first ? `${first} ${key}` : key;
    clearTimeout(timer);
    first = "";
    if (press(keys) || (keys === key && own[key]?.())) {
      event.preventDefault();
    } else if (keys === "g") {
      first = "g";
      timer = setTimeout(() => { first = ""; }, PAUSE);
    }
  });
})();
