// Quick add on a board: the form of a column stands above its cards, from the press that asked for it until it is closed.
window.boardAdd = (board, { inLine, fetched, bring, sayWhy }, { address, columnOf, cardOf, listOf }) => {
  const formIn = (column) => column.querySelector("[data-add]");
  const fieldOf = (form) => form.querySelector("[aria-invalid=true]") ?? form.querySelector("input:not([type=hidden])");

  const openForm = async (opener) => {
    const column = columnOf(opener);
    if (!formIn(column)) {
      const answer = await fetched(opener.href);
      const form = answer?.ok && answer.part(`board-add-${column.dataset.column}`);
      if (!form) return sayWhy(answer);
      if (!column.isConnected || formIn(column)) return undefined;
      column.querySelector("[data-cards]").before(document.adoptNode(form));
    }
    fieldOf(formIn(column)).focus();
    return undefined;
  };

  const closeForm = (form) => {
    const column = columnOf(form);
    const hadFocus = form.contains(document.activeElement);
    form.remove();
    if (hadFocus) [...column.querySelectorAll("[data-add-open]")].at(-1)?.focus();
  };

  board.addEventListener("keydown", (event) => {
    const form = event.target.closest("[data-add]");
    if (event.key === "Escape" && form) closeForm(form);
  });

  const add = async (form) => {
    const answer = await fetched(address(), { method: "POST", body: new FormData(form) });
    form.toggleAttribute("aria-busy", false);
    const again = answer?.part(form.id);
    if (answer?.ok && answer.part("board-answer")) {
      bring(answer.page);
      const card = answer.page.querySelector(".dcard");
      if (card) {
        cardOf(card.dataset.record)?.remove();
        listOf(form.elements.add.value).prepend(document.adoptNode(card));
      }
      form.reset();
      form.elements.key.value = crypto.randomUUID(); // the next one is another card
      for (const said of form.querySelectorAll(".invalid-feedback")) said.remove();
      if (form.isConnected) fieldOf(form).focus();
    } else if (again && form.isConnected) {
      form.replaceWith(document.adoptNode(again));
      fieldOf(again).focus();
    } else sayWhy(answer);
  };

  board.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-add]");
    if (!form) return;
    event.preventDefault();
    if (form.hasAttribute("aria-busy")) return;
    form.toggleAttribute("aria-busy", true);
    inLine(() => add(form));
  });

  return { openForm, closeForm };
};
