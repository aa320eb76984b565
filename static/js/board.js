// Boards: dragging with a way back. Without this file a card's handle leads to a page with the list of columns.
(() => {
  const board = document.querySelector("[data-board]");
  if (!board || !window.Sortable) return;
  const dialog = document.getElementById("board-dialog");
  const address = () => board.dataset.board;
  const headers = () => ({ ...JSON.parse(document.body.getAttribute("hx-headers")), "HX-Request": "true" });
  const listOf = (key) => board.querySelector(`#col-${CSS.escape(key)} [data-cards]`);
  const columnOf = (element) => element.closest("[data-column]");
  const parse = (html) => new DOMParser().parseFromString(html, "text/html");

  // Where a card stood, to the place: a refused move puts it back between the same neighbours.
  const placeOf = (card) => ({ list: card.parentElement, next: card.nextElementSibling });
  // When the page was drawn anew meanwhile, the new card stands there already and the old one goes.
  const putBack = (card, place) => {
    const fresh = [...document.querySelectorAll(`[id="${card.id}"]`)].some((other) => other !== card);
    if (fresh || !place.list.isConnected) {
      card.remove();
      return;
    }
    const next = place.next?.parentElement === place.list ? place.next : null;
    place.list.insertBefore(card, next);
  };

  const bring = (answer) => {
    const box = document.getElementById("toasts");
    for (const toast of answer.querySelectorAll("[data-toast]")) box.append(document.adoptNode(toast));
    for (const head of answer.querySelectorAll("header[id]")) {
      document.getElementById(head.id)?.replaceWith(document.adoptNode(head));
    }
  };

  const pending = (card, is) => {
    card.classList.toggle("pending", is);
    card.toggleAttribute("aria-busy", is);
  };

  // Sends a move; the card stands in its new column already. Resolves to whether it may stay there.
  const send = async (card, place, body) => {
    pending(card, true);
    let response;
    try {
      response = await fetch(address(), { method: "POST", headers: headers(), body });
    } catch {
      putBack(card, place);
      pending(card, false);
      window.toasts.failed(0);
      return false;
    }
    const answer = parse(await response.text());
    if (response.ok && answer.getElementById("board-answer")) {
      bring(answer);
      const fresh = answer.getElementById(card.id);
      if (fresh) replace(card, document.adoptNode(fresh));
      else card.remove();
      return true;
    }
    putBack(card, place);
    pending(card, false);
    if (response.status === 422 && answer.getElementById("board-move")) show(answer, card, place);
    else if (answer.querySelector("[data-toast]")) bring(answer);
    else window.toasts.failed(response.status);
    return false;
  };

  const replace = (card, fresh) => {
    const hadFocus = card.contains(document.activeElement) || document.activeElement === document.body;
    card.replaceWith(fresh);
    if (hadFocus) fresh.querySelector("[data-move]")?.focus();
  };

  const formOf = (card, to) => {
    const body = new FormData();
    body.set("record", card.dataset.record);
    body.set("version", card.dataset.version);
    body.set("to", to);
    return body;
  };

  // The dialog: the list of columns, or what the wanted column asks first.
  const show = (answer, card, place) => {
    document.getElementById("board-move").replaceWith(document.adoptNode(answer.getElementById("board-move")));
    dialog.card = card;
    dialog.place = place;
    if (!dialog.open) dialog.showModal();
    dialog.querySelector("form input:not([type=hidden]), form textarea, form select, form .btn")?.focus();
  };

  const ask = async (query, card, place) => {
    const url = new URL(address(), window.location.href);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    try {
      const response = await fetch(url, { headers: headers() });
      const answer = parse(await response.text());
      if (response.ok && answer.getElementById("board-move")) return show(answer, card, place);
      if (answer.querySelector("[data-toast]")) bring(answer);
      else window.toasts.failed(response.status);
    } catch {
      window.toasts.failed(0);
    }
    putBack(card, place);
    pending(card, false);
    return undefined;
  };

  dialog.addEventListener("click", (event) => {
    const asking = event.target.closest("[data-asking]");
    if (asking) {
      event.preventDefault();
      ask(Object.fromEntries(new URL(asking.href).searchParams), dialog.card, dialog.place);
    } else if (event.target.closest("[data-cancel]")) dialog.close();
  });

  dialog.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = new FormData(event.target, event.submitter);
    const { card, place } = dialog;
    dialog.sent = true;
    dialog.close();
    listOf(body.get("to"))?.prepend(card);
    await send(card, place, body);
  });

  dialog.addEventListener("close", () => {
    const { card, place, sent } = dialog;
    dialog.sent = false;
    if (sent || !card) return;
    putBack(card, place);
    pending(card, false);
    card.querySelector("[data-move]")?.focus();
  });

  board.addEventListener("click", async (event) => {
    const handle = event.target.closest("[data-move]");
    if (handle) {
      event.preventDefault();
      const card = handle.closest("[data-record]");
      ask({ move: card.dataset.record }, card, placeOf(card));
      return;
    }
    const more = event.target.closest("[data-more]");
    if (!more) return;
    event.preventDefault();
    const column = columnOf(more);
    const known = column.querySelectorAll("[data-record]").length;
    const response = await fetch(more.href, { headers: headers() });
    if (!response.ok) return window.toasts.failed(response.status);
    const fresh = document.adoptNode(parse(await response.text()).getElementById(column.id));
    column.replaceWith(fresh);
    arrange(fresh);
    fresh.querySelectorAll("[data-record]")[known]?.querySelector("a")?.focus();
    return undefined;
  });

  board.addEventListener("submit", async (event) => {
    const form = event.target.closest("[data-add]");
    if (!form) return;
    event.preventDefault();
    const response = await fetch(address(), { method: "POST", headers: headers(), body: new FormData(form) }).catch(() => null);
    const answer = response && parse(await response.text());
    const again = answer?.getElementById("board-add");
    if (response?.ok && answer.getElementById("board-answer")) {
      bring(answer);
      const card = answer.querySelector(".dcard");
      if (card) columnOf(form).querySelector("[data-cards]").prepend(document.adoptNode(card));
      form.reset();
      form.elements.key.value = crypto.randomUUID(); // the next one is another card
      form.querySelector("input:not([type=hidden])").focus();
    } else if (again) {
      form.replaceWith(document.adoptNode(again));
      board.querySelector("#board-add .is-invalid")?.focus();
    } else window.toasts.failed(response ? response.status : 0);
  });

  // Undo of a move is a move back, of the card where it is now.
  document.getElementById("toasts").addEventListener("submit", (event) => {
    const body = new FormData(event.target);
    const card = document.getElementById(`card-${body.get("record")}`);
    const list = body.has("to") && listOf(body.get("to"));
    if (!card || !list) return;
    event.preventDefault();
    event.target.closest("[data-toast]").remove();
    const place = placeOf(card);
    list.prepend(card);
    send(card, place, body);
  });

  const arrange = (column) => {
    if (!board.hasAttribute("data-movable")) return;
    const list = column.querySelector("[data-cards]");
    let place = null;
    window.Sortable.create(list, {
      group: { name: "board", put: () => !column.hasAttribute("data-closed") },
      sort: false,
      animation: window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
      forceFallback: true,
      fallbackOnBody: true,
      fallbackTolerance: 4,
      delay: 200,
      delayOnTouchOnly: true,
      draggable: ".dcard",
      ghostClass: "ghost",
      fallbackClass: "drag",
      scroll: board,
      onStart: ({ item }) => {
        place = placeOf(item);
        board.classList.add("dragging"); // columns grow to one height: a card may be dropped anywhere in one
      },
      onMove: ({ to }) => {
        for (const other of board.querySelectorAll(".col.over")) other.classList.remove("over");
        columnOf(to).classList.add("over");
      },
      onEnd: ({ item, from, to }) => {
        board.classList.remove("dragging");
        for (const other of board.querySelectorAll(".col.over")) other.classList.remove("over");
        if (from === to) return;
        const target = columnOf(to);
        if (target.hasAttribute("data-asks")) {
          pending(item, true);
          ask({ move: item.dataset.record, to: target.dataset.column }, item, place);
        } else send(item, place, formOf(item, target.dataset.column));
      },
    });
  };

  for (const column of board.querySelectorAll("[data-column]")) arrange(column);
})();
