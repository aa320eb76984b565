// The dialog of a board: the list of columns, or what the wanted column asks first. Resolves to what was said, or null.
window.boardDialog = (dialog) => {
  let reply = null;
  const converse = (form) =>
    new Promise((resolve) => {
      document.getElementById("board-move").replaceWith(document.adoptNode(form));
      dialog.returnValue = "";
      reply = resolve;
      if (!dialog.open) dialog.showModal();
      dialog.querySelector("form input:not([type=hidden]), form textarea, form select, form .btn")?.focus();
    });
  const say = (what) => {
    reply?.(what);
    reply = null;
  };

  dialog.addEventListener("click", (event) => {
    const asking = event.target.closest("[data-asking]");
    if (asking) {
      event.preventDefault();
      say({ query: Object.fromEntries(new URL(asking.href).searchParams) });
    } else if (event.target.closest("[data-cancel]")) dialog.close();
  });

  dialog.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!reply) return;
    const body = new FormData(event.target, event.submitter);
    dialog.close("sent");
    say({ body });
  });

  dialog.addEventListener("close", () => {
    if (dialog.returnValue !== "sent") say(null);
  });

  return converse;
};
