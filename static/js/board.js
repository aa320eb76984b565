// Boards: dragging with a way back. Without this file a card's handle leads to a page with the list of columns.
//
// A card stands at once where the hand put it; the server says later whether it may stay. So that answers cannot
// overtake each other or the hand: all questions stand in one line, each waits for the answer before it; while a card is
// in the hand no answer changes the board; and the place a refused card goes back to is the one the server last agreed to.
(() => {
  const board = document.querySelector("[data-board]");
  if (!board || !window.Sortable) return;
  const dialog = document.getElementById("board-dialog");
  const toasts = document.getElementById("toasts");
  const address = () => board.dataset.board;
  const listOf = (key) => board.querySelector(`#col-${CSS.escape(key)} [data-cards]`);
  const cardOf = (record) => board.querySelector(`#card-${CSS.escape(record)}`);
  const columnOf = (element) => element.closest("[data-column]");
  const line = window.boardLine(board);
  const { inLine, take, letGo, fetched, bring, sayWhy } = line;
  const converse = window.boardDialog(dialog);
  const { openForm, closeForm } = window.boardAdd(board, line, { address, columnOf, cardOf, listOf });

  // The moves under way: for each card the place the server knows, and how many of its moves are not settled.

  const moves = new Map();
  const idsAfter = (card) => {
    const found = [];
    for (let next = card.nextElementSibling; next; next = next.nextElementSibling) found.push(next.id);
    return found;
  };
  const placeOf = (card) => ({ column: columnOf(card).dataset.column, after: idsAfter(card) });
  const begin = (card) => {
    const move = moves.get(card.dataset.record) ?? { place: placeOf(card), unsettled: 0 };
    move.unsettled += 1;
    moves.set(card.dataset.record, move);
    return card.dataset.record;
  };

  const pending = (card, is) => {
    card?.classList.toggle("pending", is);
    card?.toggleAttribute("aria-busy", is);
  };

  // Between the same neighbours: before the first of those behind it that still stands there.
  const putBack = (card, { column, after }) => {
    const list = listOf(column);
    if (!list) return card.remove();
    const next = after.map((id) => document.getElementById(id)).find((other) => other?.parentElement === list);
    return list.insertBefore(card, next ?? null);
  };

  // The end of a move. Of several moves of one card the last one says where it stands.
  const settle = (record) => {
    const move = moves.get(record);
    move.unsettled -= 1;
    if (move.unsettled) return;
    moves.delete(record);
    const card = cardOf(record);
    if (!card) return;
    pending(card, false);
    if (columnOf(card).dataset.column !== move.place.column) putBack(card, move.place);
  };

  const replace = (card, fresh) => {
    const hadFocus = card.contains(document.activeElement) || document.activeElement === document.body;
    card.replaceWith(fresh);
    if (hadFocus) fresh.querySelector("[data-move]")?.focus();
  };

  // The server agreed: the card as it is now, and the place to which a later refusal brings it back.
  const agree = (record, to, page) => {
    bring(page);
    const card = cardOf(record);
    const fresh = page.getElementById(`card-${record}`);
    if (!fresh) return card?.remove();
    if (!card) return undefined;
    replace(card, document.adoptNode(fresh));
    const list = listOf(to);
    const here = fresh.parentElement === list;
    moves.get(record).place = here ? placeOf(fresh) : { column: to, after: [...list.children].map((one) => one.id) };
    return undefined;
  };

  // What is sent is read when its turn comes: the answer before it may have brought a newer version of the card.
  const formOf = (record, to) => {
    const body = new FormData();
    body.set("record", record);
    body.set("version", cardOf(record).dataset.version);
    body.set("to", to);
    return body;
  };

  // One move to its end: asked where the column or the person wants to be asked, then sent. True when it was made.
  const carry = async (record, { query, body }) => {
    let [question, sent] = [query, body?.()];
    for (;;) {
      const url = new URL(address(), window.location.href);
      for (const [name, value] of Object.entries(question ?? {})) url.searchParams.set(name, value);
      if (sent) pending(cardOf(record), true);
      const answer = await fetched(url, sent ? { method: "POST", body: sent } : {});
      if (sent && answer?.ok && answer.part("board-answer")) {
        agree(record, sent.get("to"), answer.page);
        return true;
      }
      const form = (sent ? answer?.status === 422 : answer?.ok) && answer.part("board-move");
      if (!form) {
        if (dialog.open) dialog.close();
        sayWhy(answer);
        return false;
      }
      const said = await converse(form);
      if (!said) return false;
      [question, sent] = [said.query, said.body];
      const [card, list] = [cardOf(record), sent && listOf(sent.get("to"))];
      if (card && list && card.parentElement !== list) list.prepend(card);
    }
  };

  const start = (record, what) =>
    inLine(async () => {
      const made = cardOf(record) !== null && (await carry(record, what));
      settle(record);
      if (!made && document.activeElement === document.body) cardOf(record)?.querySelector("[data-move]")?.focus();
    });

  // A column drawn anew: cards under way stay where the hand put them, and nothing stands twice.
  const swap = (column, fresh) => {
    for (const card of column.querySelectorAll("[data-record]")) {
      const known = fresh.querySelector(`[id="${card.id}"]`);
      if (moves.has(card.dataset.record) && !known) fresh.querySelector("[data-cards]").prepend(card);
    }
    for (const card of fresh.querySelectorAll("[data-record]")) {
      const other = cardOf(card.dataset.record);
      if (!other || column.contains(other)) continue;
      if (!moves.has(card.dataset.record)) other.remove();
      else {
        moves.get(card.dataset.record).place = placeOf(card);
        card.remove();
      }
    }
    const form = column.querySelector("[data-add]");
    if (form) fresh.querySelector("[data-cards]").before(form);
    column.replaceWith(fresh);
    arrange(fresh);
  };

  const showMore = async (more) => {
    const column = columnOf(more);
    const known = column.querySelectorAll("[data-record]").length;
    const answer = await fetched(more.href);
    const fresh = answer?.ok && answer.part(column.id);
    if (!fresh) return sayWhy(answer);
    swap(column, document.adoptNode(fresh));
    fresh.querySelectorAll("[data-record]")[known]?.querySelector("a")?.focus();
    return undefined;
  };

  board.addEventListener("click", (event) => {
    const asked = event.target.closest("[data-move], [data-more], [data-add-open], [data-add-close]");
    if (!asked || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (asked.matches("[data-more]")) inLine(() => asked.isConnected && showMore(asked));
    else if (asked.matches("[data-add-close]")) closeForm(asked.closest("[data-add]"));
    else if (asked.matches("[data-add-open]")) {
      asked.closest("details")?.removeAttribute("open");
      inLine(() => asked.isConnected && openForm(asked));
    } else {
      const record = begin(asked.closest("[data-record]"));
      start(record, { query: { move: record } });
    }
  });

  // Undo of a move is a move back, of the card where it is now.
  toasts.addEventListener("submit", (event) => {
    const body = new FormData(event.target);
    const card = body.has("record") && cardOf(body.get("record"));
    const list = body.has("to") && listOf(body.get("to"));
    if (!card || !list) return;
    event.preventDefault();
    if (line.isHeld()) return;
    event.target.closest("[data-toast]").remove();
    const record = begin(card);
    list.prepend(card);
    pending(card, true);
    start(record, { body: () => body });
  });

  const still = () => {
    board.classList.remove("dragging");
    for (const other of board.querySelectorAll(".col.over")) other.classList.remove("over");
  };

  const arrange = (column) => {
    if (!board.hasAttribute("data-movable")) return;
    window.Sortable.create(column.querySelector("[data-cards]"), {
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
        take();
        begin(item);
        board.classList.add("dragging"); // columns grow to one height: a card may be dropped anywhere in one
      },
      onMove: ({ to }) => {
        for (const other of board.querySelectorAll(".col.over")) other.classList.remove("over");
        columnOf(to).classList.add("over");
      },
      onEnd: ({ item, from, to }) => {
        still();
        letGo();
        const { record } = item.dataset;
        if (from === to) return settle(record);
        const target = columnOf(to);
        pending(item, true);
        if (target.hasAttribute("data-asks")) start(record, { query: { move: record, to: target.dataset.column } });
        else start(record, { body: () => formOf(record, target.dataset.column) });
        return undefined;
      },
    });
  };

  for (const column of board.querySelectorAll("[data-column]")) arrange(column);
})();
