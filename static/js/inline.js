// One fact or cell changed in place: click or Enter opens it, Enter saves, Esc restores, Tab saves and goes on.
(() => {
  const token = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value || "";
  const ask = (url, options = {}) => fetch(url, {
    ...options,
    credentials: "same-origin",
    headers: { "HX-Request": "true", "HX-Current-URL": window.location.href, "X-CSRFToken": token(), ...(options.headers || {}) },
  });

  const put = (place, html) => {
    const holder = document.createElement("template");
    holder.innerHTML = html.trim();
    const fresh = holder.content.firstElementChild;
    const toasts = holder.content.querySelector("#toasts");
    place.replaceWith(fresh);
    if (toasts) document.getElementById("toasts")?.append(...toasts.children);
    window.htmx?.process(fresh);
    document.dispatchEvent(new CustomEvent("crm:fresh", { detail: fresh }));
    return fresh;
  };

  const open = async (place) => {
    const answer = await ask(place.dataset.edit);
    if (!answer.ok) { window.toasts?.failed(answer.status); return; }
    const fresh = put(place, await answer.text());
    const field = fresh.querySelector("input:not([type=hidden]), select, textarea");
    field?.focus();
    field?.select?.();
  };

  const restore = async (place) => {
    const url = place.dataset.editing;
    const answer = await ask(url + (url.includes("?") ? "&" : "?") + "shown=1");
    if (answer.ok) put(place, await answer.text()).querySelector("a")?.focus();
  };

  const save = async (form, goOn) => {
    const place = form.closest("[data-editing]");
    const nextFact = () => {
      const all = [...document.querySelectorAll("[data-edit], [data-editing]")];
      return all[all.indexOf(place) + 1];
    };
    const next = goOn ? nextFact() : null;
    let answer;
    try {
      answer = await ask(form.action, { method: "POST", body: new FormData(form) });
    } catch {
      window.toasts?.failed(0);
      return;
    }
    if (![200, 403, 409, 422].includes(answer.status)) { window.toasts?.failed(answer.status); return; }
    const fresh = put(place, await answer.text());
    if (answer.status !== 200) fresh.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    else if (next) open(next);
    else fresh.querySelector("a")?.focus();
  };

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-cancel]")) {
      event.preventDefault();
      restore(event.target.closest("[data-editing]"));
      return;
    }
    const place = event.target.closest("[data-edit]");
    if (!place || place.closest("td")) return;
    const link = event.target.closest("a");
    if (link && !link.matches(".pen")) return;
    event.preventDefault();
    open(place);
  });

  document.addEventListener("dblclick", (event) => {
    const place = event.target.closest("td [data-edit]");
    if (place) open(place);
  });

  document.addEventListener("keydown", (event) => {
    const editing = event.target.closest?.("[data-editing]");
    if (editing && event.key === "Escape") { event.preventDefault(); event.stopPropagation(); restore(editing); }
    if (editing && event.key === "Tab" && !event.shiftKey && event.target.matches("input, select, textarea")) {
      event.preventDefault();
      save(event.target.form, true);
    }
    if (!editing && event.key === "Enter" && event.target.matches?.("[data-edit]")) { event.preventDefault(); open(event.target); }
  });

  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".fact-form")) return;
    event.preventDefault();
    save(event.target, false);
  });
})();
