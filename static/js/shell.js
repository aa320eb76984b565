// Menus that close, dialogs that open: the page works without this file as plain links and forms.
(() => {
  const menus = () => document.querySelectorAll("details[data-menu][open]");

  document.addEventListener("click", (event) => {
    for (const menu of menus()) {
      if (!menu.contains(event.target)) menu.open = false;
    }
    const opener = event.target.closest("[data-dialog], [data-confirm]");
    if (!opener) return;
    const name = (opener.dataset.dialog || opener.dataset.confirm).replace(/^#/, "");
    const dialog = document.getElementById(name);
    if (!dialog || dialog.open) return;
    event.preventDefault();
    open(dialog, opener);
  });

  // A closed dialog gives the focus back by itself; a confirmed one sends the form that asked for it.
  const open = (dialog, opener) => {
    dialog.returnValue = "";
    dialog.showModal();
    if (!opener.dataset.confirm) return;
    dialog.addEventListener("close", () => {
      if (dialog.returnValue !== "yes") return;
      const form = opener.form || opener.closest("form");
      if (form) form.requestSubmit(opener.type === "submit" ? opener : undefined);
      else if (opener.href) window.location.assign(opener.href);
    }, { once: true });
  };

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus()) {
      menu.open = false;
      if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    }
  });

  document.addEventListener("focusout", (event) => {
    // A press on words inside the menu gives the focus to what lies around it: nobody has left.
    const menu = event.target.closest?.("details[data-menu][open]"), to = event.relatedTarget;
    if (menu && to && !menu.contains(to) && !to.contains(menu)) menu.open = false;
  });

  // The page behind a dialog's dark cover: a click there closes it.
  document.addEventListener("click", (event) => {
    if (event.target instanceof HTMLDialogElement && event.target.matches(".dialog")) event.target.close();
  });

  // Where an answer brings no part for the page, people are told what happened and what to do.
  document.addEventListener("htmx:responseError", (event) => window.toasts?.failed(event.detail.xhr.status));
  document.addEventListener("htmx:sendError", () => window.toasts?.failed(0));
})();
