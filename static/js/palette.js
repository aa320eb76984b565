// The command palette: Ctrl K anywhere opens it, results come from the search page's own address.
(() => {
  const dialog = document.getElementById("palette");
  if (!dialog || !dialog.showModal) return;
  const REST = 90;
  const form = dialog.querySelector("form");
  const field = form.elements.q;
  let box = document.getElementById("palette-results");
  let opener = null;
  let request = null;
  let timer = 0;
  let waiting = false;
  let opensWhenThere = false;

  const options = () => [...box.querySelectorAll("[role=option]")];
  const chosen = () => box.querySelector("[role=option][aria-selected=true]");
  const address = (extra) => {
    const query = new URLSearchParams({ q: field.value, ...extra });
    return `${dialog.dataset.url}?${query}`;
  };

  const choose = (option) => {
    chosen()?.setAttribute("aria-selected", "false");
    if (!option) {
      field.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };

  const step = (by) => {
    const all = options();
    if (all.length) choose(all[(all.indexOf(chosen()) + by + all.length) % all.length]);
  };

  const open = (option) => {
    if (option) window.location.assign(option.href);
    else if (field.value.trim()) window.location.assign(address({}));
  };

  const say = (text) => {
    box.innerHTML = '<div id="palette-list" role="listbox"></div><p class="said sm dim" role="alert"></p>';
    box.querySelector("[role=listbox]").setAttribute("aria-label", dialog.getAttribute("aria-label"));
    box.querySelector(".said").textContent = text;
    choose(null);
  };

  // `on` names the record whose actions are asked for; `land` says which option is chosen afterwards.
  const load = async (on = "", land = () => options()[0]) => {
    window.clearTimeout(timer);
    request?.abort();
    const mine = new AbortController();
    request = mine;
    waiting = true;
    box.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address({ part: "palette", ...(on && { on }) }), { signal: mine.signal });
      if (answer.redirected) window.location.assign(address({}));
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("palette-results");
      if (!fresh) throw new Error("no results");
      if (request !== mine) return;
      waiting = false;
      box.replaceWith(fresh);
      box = fresh;
      choose(land() || null);
      if (opensWhenThere) open(chosen());
    } catch (error) {
      if (error.name === "AbortError") return;
      waiting = false;
      box.removeAttribute("aria-busy");
      say(dialog.dataset.failed);
    } finally {
      if (request === mine) opensWhenThere = false;
    }
  };

  const toActions = () => {
    const record = chosen()?.dataset.record;
    const first = () => box.querySelector("[data-offer]");
    const list = box.querySelector("[role=listbox]");
    if (record && record !== list.dataset.target) {
      load(record, () => first() || options().find((option) => option.dataset.record === record));
    } else if (first()) choose(first());
  };

  const toRecords = () => {
    const target = box.querySelector("[role=listbox]").dataset.target;
    choose(options().find((option) => option.dataset.record === target) || options()[0]);
  };

  const show = () => {
    if (!dialog.open) {
      opener = document.activeElement;
      dialog.showModal();
      load();
    }
    field.focus();
    field.select();
  };

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      show();
    }
  });

  document.getElementById("palette-open")?.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show();
  });

  field.addEventListener("input", (event) => {
    if (event.isComposing) return;
    window.clearTimeout(timer);
    request?.abort(); // what is on its way answers an older text: Enter must not open it
    request = null;
    waiting = true;
    timer = window.setTimeout(() => load(), REST);
  });
  field.addEventListener("compositionend", () => load());

  const keys = {
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    Tab: (event) => (event.shiftKey ? toRecords() : toActions()),
    Enter: (event) => {
      if (event.ctrlKey || event.metaKey) open(null);
      else if (waiting) opensWhenThere = true;
      else open(chosen());
    },
  };
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key](event);
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    open(chosen());
  });
  dialog.addEventListener("mousemove", (event) => {
    const option = event.target.closest("[role=option]");
    if (option && option !== chosen()) choose(option);
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
  });
  dialog.addEventListener("close", () => {
    request?.abort();
    window.clearTimeout(timer);
    opener?.focus?.();
    opener = null;
  });
})();
