// Kiosk pages: every press becomes an action with a key of its own, kept on the device until the server answered it.
// Actions go out one after the other; a bad line keeps them, a second try counts once because the key is the same.
(() => {
  const main = document.querySelector("[data-kiosk]");
  if (!main) return;
  const store = `kiosk-queue:${main.dataset.kiosk}`;
  const words = main.querySelector("[data-words]").dataset;
  const FINAL = new Set([200, 403, 404, 409, 422]);
  const PAUSE = 4000;
  let timer;

  const read = () => JSON.parse(window.localStorage.getItem(store) || "[]");
  const write = (queue) => {
    window.localStorage.setItem(store, JSON.stringify(queue));
    show(queue.length);
  };
  const work = () => document.getElementById("kiosk-work");
  const scan = () => work().querySelector("input[name=scan]");

  const show = (count) => {
    const waits = main.querySelector("[data-waits]");
    waits.hidden = count === 0;
    waits.querySelector("[data-count]").textContent = count === 1 ? words.one : words.many.replace("{count}", count);
    main.querySelector("[data-line]").toggleAttribute("hidden", count > 0);
  };

  const say = (text, level) => {
    const said = work().querySelector("[data-said]");
    said.className = `ksaid ${level}`;
    said.setAttribute("role", level === "bad" ? "alert" : "status");
    said.textContent = text;
  };

  // It stands over the task: a tap takes it away.
  main.addEventListener("click", (event) => { if (event.target.closest("[data-said]")) say("", ""); });

  const newKey = () => {
    const bytes = window.crypto.getRandomValues(new Uint8Array(16));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  // Buttons that name the quantity follow the stepper; `clear` takes the number away with its task.
  const count = (clear) => {
    const field = work().querySelector("[data-stepper] input");
    for (const words of work().querySelectorAll("[data-counted]")) {
      words.dataset.plain ??= words.textContent;
      if (clear) delete words.dataset.counted;
      words.textContent = clear || !field ? words.dataset.plain : words.dataset.counted.replace("{qty}", field.value || "0");
    }
  };

  // The page goes on to its next task while the answer is still out.
  const advance = () => {
    const next = work().querySelector("template[data-next]");
    if (!next) return;
    count(true);
    work().querySelector("[data-task]").replaceChildren(next.content);
    work().querySelector(".kbody .list li")?.remove();
    next.remove();
  };

  const replaceWork = (html) => {
    const answer = new DOMParser().parseFromString(html, "text/html");
    const [fresh, progress] = ["kiosk-work", "kiosk-progress"].map((name) => answer.getElementById(name));
    if (fresh) work().replaceWith(document.adoptNode(fresh));
    if (progress) document.getElementById("kiosk-progress")?.replaceWith(document.adoptNode(progress));
    count();
    return fresh;
  };

  const post = (action) => {
    const body = new FormData();
    for (const [name, value] of action.fields) body.set(name, value);
    const headers = { ...JSON.parse(document.body.getAttribute("hx-headers")), "HX-Request": "true" };
    return fetch(action.url, { method: "POST", headers, body, redirect: "manual" });
  };

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(flush, PAUSE);
  };

  // One tab at a time empties the queue; what another tab sent is gone from it when this one gets its turn.
  const flush = () => navigator.locks.request(store, async () => {
    for (let queue = read(); queue.length; queue = read()) {
      const [action] = queue;
      let response;
      try {
        response = await post(action);
      } catch {
        say(words.kept, "warn");
        return later();
      }
      if (response.type === "opaqueredirect" || response.status === 401) return say(words.lost, "bad");
      if (!FINAL.has(response.status)) {
        say(words.kept, "warn");
        return later();
      }
      const rest = read().filter((other) => other.key !== action.key);
      write(rest);
      const html = await response.text();
      if (rest.length === 0) {
        const typing = document.activeElement?.closest?.("[data-stepper]");
        if (replaceWork(html) && !typing) scan()?.focus();
      } else if (response.status !== 200) {
        const said = new DOMParser().parseFromString(html, "text/html").querySelector("[data-said]");
        if (said) say(said.textContent, "bad");
      }
    }
    return undefined;
  });

  main.addEventListener("submit", (event) => {
    if (!work().contains(event.target)) return; // leaving, or scanning what comes next, is a page of its own
    event.preventDefault();
    const form = event.target;
    const scanned = form.querySelector("input[name=scan]");
    const code = event.submitter?.value;
    if (code === "scan" && !scanned.value.trim()) return;
    const fields = [...new FormData(form, event.submitter)].filter(([name]) => name !== "csrfmiddlewaretoken" && name !== "key");
    const key = newKey();
    fields.push(["key", key], ["at", new Date().toISOString()]);
    write([...read(), { key, url: window.location.href, fields }]);
    if (scanned) scanned.value = "";
    if (event.submitter?.hasAttribute("data-advances")) advance();
    flush();
  });

  main.addEventListener("click", (event) => {
    const step = event.target.closest("[data-step]");
    if (!step) return;
    const field = step.closest("[data-stepper]").querySelector("input");
    field.value = String(Math.max(0, Number(field.value || 0) + Number(step.dataset.step)));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });

  for (const kind of ["input", "change"]) {
    main.addEventListener(kind, (event) => event.target.closest("[data-stepper]") && count());
  }

  window.addEventListener("online", flush);
  count();
  show(read().length);
  if (read().length) flush();
})();
