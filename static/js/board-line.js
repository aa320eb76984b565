// The line of a board's questions, and the hand that holds a card: what is asked waits for the answer before it, and
// while a card is in the hand no answer comes in.
window.boardLine = (board) => {
  const toasts = document.getElementById("toasts");
  const headers = () => ({ ...JSON.parse(document.body.getAttribute("hx-headers")), "HX-Request": "true" });

  let line = Promise.resolve();
  let unsent = 0;
  let hand = null;

  const inLine = (work) => {
    unsent += 1;
    line = line.then(() => {
      unsent -= 1;
      return work();
    });
    line = line.catch((error) => {
      window.toasts.failed(500);
      console.error(error);
    });
    return line;
  };
  const take = () => {
    hand?.open();
    hand = {};
    hand.empty = new Promise((resolve) => {
      hand.open = resolve;
    });
  };
  const letGo = () => {
    hand?.open();
    hand = null;
  };
  const handEmpty = async () => {
    while (hand) await hand.empty;
  };

  // A card is in the hand from the press on: an answer that changed it between the press and the first move would leave
  // the hand with a card that no longer stands on the board.
  board.addEventListener("pointerdown", (event) => {
    if (!event.button && event.target.closest("[data-record]")) take();
  });
  for (const over of ["pointerup", "pointercancel"]) {
    window.addEventListener(over, () => setTimeout(() => board.classList.contains("dragging") || letGo()));
  }

  // A move that waits in the line would be lost with the page.
  window.addEventListener("beforeunload", (event) => {
    if (unsent) event.preventDefault();
  });

  // An answer of the server, once no card is in the hand; null where none came.
  const fetched = async (url, options = {}) => {
    let found = null;
    try {
      const response = await fetch(url, { ...options, headers: headers() });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      found = { ok: response.ok, status: response.status, page, part: (id) => page.getElementById(id) };
    } catch {
      found = null;
    }
    await handEmpty();
    return found;
  };

  const bring = (page) => {
    for (const toast of page.querySelectorAll("[data-toast]")) toasts.append(document.adoptNode(toast));
    for (const head of page.querySelectorAll("header[id]")) {
      document.getElementById(head.id)?.replaceWith(document.adoptNode(head));
    }
  };

  const sayWhy = (answer) => {
    if (answer?.page.querySelector("[data-toast]")) bring(answer.page);
    else window.toasts.failed(answer ? answer.status : 0);
  };

  return { inLine, take, letGo, isHeld: () => hand !== null, fetched, bring, sayWhy };
};
