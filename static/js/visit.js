// The crew's form: one step at a time, everything kept on the phone, sent when there is a signal.
(async () => {
  const main = document.querySelector("[data-visit]");
  if (!main || !window.indexedDB) return;
  const visit = main.dataset.visit;
  const least = Number(main.dataset.least);
  const most = Number(main.dataset.most);
  const form = main.querySelector("form");
  const words = main.querySelector("[data-words]").dataset;
  const store = window.visitStore;
  const find = (what) => main.querySelector(what);
  const steps = [...main.querySelectorAll(".vstep")];
  const RETRY = 5000;
  const draft = (await store.draft(visit).catch(() => null)) || { visit, submission: store.newKey(), values: {}, step: 1, state: "draft" };
  const nowhere = !(await store.keep(draft).then(() => true, () => false));
  let photoCount = 0;
  let timer;

  const say = (text, tone = "ok") => {
    const state = find("[data-state]");
    const told = find("[data-state-text]");
    state.className = `${tone} nw`;
    state.hidden = false;
    if (told.textContent !== text) told.textContent = text;
  };
  const keep = async () => {
    await store.keep(draft).then(() => say(words.saved), () => say(words.unsaved, "bad"));
  };
  const outcome = () => form.elements.outcome.value;
  const problem = (text) => {
    const box = find("[data-problem]");
    box.textContent = text;
    box.hidden = !text;
  };

  // Fields
  const fields = () => [...form.elements].filter((field) => field.name && field.type !== "file" && field.name !== "key");
  const readFields = () => {
    for (const field of fields()) {
      if (field.type === "radio") { if (field.checked) draft.values[field.name] = field.value; }
      else draft.values[field.name] = field.type === "checkbox" ? field.checked : field.value;
    }
  };
  const writeFields = () => {
    for (const field of fields()) {
      const value = draft.values[field.name];
      if (value === undefined) continue;
      if (field.type === "radio") field.checked = field.value === value;
      else if (field.type === "checkbox") field.checked = value;
      else field.value = value;
    }
    for (const fold of main.querySelectorAll(".vmore")) fold.open ||= [...fold.querySelectorAll("input")].some((field) => Number(field.value) > 0);
  };
  const countPhotos = (count) => {
    photoCount = count;
    const text = outcome() === "none" ? words.photosNone : words.photos;
    find("[data-photo-count]").textContent = text.replace("{count}", count).replace("{least}", least);
    find(".vshot").hidden = count >= most;
  };

  // Steps
  const step = (number) => steps.find((one) => Number(one.dataset.step) === number);
  const last = () => (outcome() === "none" ? 3 : 4);
  const show = (number, focus = true) => {
    draft.step = number;
    for (const one of steps) one.hidden = Number(one.dataset.step) !== number;
    const isWaiting = number === 5;
    find(".vfoot").hidden = isWaiting;
    find("[data-no-signal]").hidden = isWaiting || (number !== 1 && navigator.onLine);
    const shown = Math.min(number, 4);
    const name = words.step.replace("{step}", shown).replace("{name}", step(shown).dataset.name);
    find("[data-step-name]").textContent = isWaiting ? step(5).dataset.name : name;
    find("[data-bars]").setAttribute("aria-label", name);
    [...find("[data-bars]").children].forEach((bar, place) => bar.classList.toggle("full", place < shown));
    find("[data-back]").hidden = number === 1;
    nameNext();
    if (focus) {
      window.scrollTo(0, 0);
      (step(number).querySelector("h2") || step(number).querySelector("input")).focus({ preventScroll: true });
    }
  };
  const nameNext = () => {
    const isLast = draft.step >= last();
    find("[data-next]").textContent = isLast ? words.send : words.next.replace("{name}", step(draft.step + 1)?.dataset.name || "");
  };

  // Checks of a step, before going on; the server checks again.
  const errorOf = (name, is) => { const box = find(`[data-error=${name}]`); if (box) box.hidden = !is; return is ? name : ""; };
  const wrong = async (number) => {
    const value = (name) => (draft.values[name] || "").toString().trim();
    const found = [];
    if (number === 3) {
      found.push(errorOf("outcome", !outcome()), errorOf("left", outcome() === "part" && !value("left")));
      found.push(errorOf("reason", outcome() === "none" && !value("reason")));
      found.push(errorOf("photos", outcome() !== "none" && photoCount < least));
    }
    if (number === 4) {
      const isSigned = draft.values.signed_on_paper === true || Boolean(await pictures.signature());
      found.push(errorOf("signed_by", !value("signed_by")), errorOf("signature", !isSigned));
    }
    return found.filter(Boolean);
  };

  // Sending
  const pictures = window.visitPictures({ visit, list: find("[data-photos]"), words, changed: countPhotos });
  const sender = window.visitSender({
    visit, address: window.location.pathname, pictures: main.dataset.pictures,
    progress: (done, all) => { find("[data-wait-count]").textContent = all ? words.sending.replace("{done}", done).replace("{all}", all) : ""; },
  });
  const finish = async (said) => {
    await store.forget(visit);
    form.hidden = true;
    find(".vtop .row-flex.spread").hidden = true;
    find("[data-done-text]").textContent = words.done.replace("{number}", said.number).replace("{photos}", said.photos);
    find("[data-done]").hidden = false;
    find("[data-done] h2").focus();
  };
  const giveBack = async (answer) => {
    draft.state = "draft";
    const { errors = {}, text = "" } = answer.said || {};
    const names = Object.keys(errors);
    show(names.some((name) => ["signed_by", "signature"].includes(name)) && outcome() !== "none" ? 4 : 3);
    for (const name of names) errorOf(name, true);
    problem(words.refused.replace("{text}", [text, ...Object.values(errors)].filter(Boolean).join(" ")));
    await keep();
  };
  const send = async () => {
    clearTimeout(timer);
    if (draft.state !== "queued") return;
    const answer = await sender.report(draft);
    if (answer.state === "done") await finish(answer.said);
    else if (answer.state === "later") {
      say(words.waiting, "warn");
      timer = setTimeout(send, RETRY);
    } else await giveBack(answer);
  };
  const queue = async () => {
    draft.state = "queued";
    problem("");
    show(5);
    await keep();
    await send();
  };
  // Pictures leave while the crew still types; without a signal they leave later.
  const early = () => sender.ahead().then((answer) => {
    if (answer.state === "refused") problem(words.refused.replace("{text}", answer.said.text || ""));
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    readFields();
    problem("");
    const bad = await wrong(draft.step);
    if (bad.length) {
      const field = document.getElementById(`id_${bad[0]}`);
      (field?.matches("fieldset") ? field.querySelector("input") : field)?.focus();
      return;
    }
    if (draft.step >= last()) await queue();
    else { show(draft.step + 1); await keep(); }
  });
  find("[data-back]").addEventListener("click", async () => { readFields(); show(Math.max(1, draft.step - 1)); await keep(); });
  find("[data-again]").addEventListener("click", send);
  find("[data-change]").addEventListener("click", async () => { clearTimeout(timer); draft.state = "draft"; show(last()); await keep(); });
  form.addEventListener("input", async (event) => {
    if (event.target.type === "file") return;
    readFields();
    errorOf(event.target.name, false);
    if (event.target.name === "outcome") { countPhotos(photoCount); nameNext(); }
    await keep();
  });
  form.elements.photos.addEventListener("change", async (event) => {
    const files = [...event.target.files].slice(0, most - photoCount);
    if (files.length < event.target.files.length) problem(words.most);
    await pictures.add(files).catch(() => say(words.unsaved, "bad"));
    event.target.value = "";
    errorOf("photos", false);
    early();
  });
  main.addEventListener("click", async (event) => {
    const by = event.target.closest("[data-by]")?.dataset.by;
    if (!by) return;
    const field = event.target.closest("[data-stepper]").querySelector("input");
    field.value = String(Math.max(0, Number(field.value || 0) + Number(by)) || "");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  const pad = window.visitSignature(find("[data-sign]"), async (blob) => {
    await pictures.sign(blob);
    errorOf("signature", false);
    say(words.saved);
  });
  find("[data-clear]").addEventListener("click", pad.clear);
  const online = () => { find("[data-no-signal]").hidden = draft.step !== 1 && navigator.onLine; if (navigator.onLine) (draft.state === "queued" ? send : early)(); };
  window.addEventListener("online", online);
  window.addEventListener("offline", online);

  writeFields();
  await pictures.show();
  const signed = await pictures.signature();
  if (signed) await pad.show(signed.blob);
  main.dataset.ready = "";
  if (nowhere) say(words.unsaved, "bad");
  show(draft.state === "queued" ? 5 : Math.min(draft.step, 4), false);
  if (draft.state === "queued") send();
  else early();

  // The form and its files are kept for the time without a signal.
  if (!("serviceWorker" in navigator)) return;
  const home = window.location.pathname;
  await navigator.serviceWorker.register(main.dataset.worker, { scope: home }).catch(() => null);
  const worker = await navigator.serviceWorker.ready;
  const loaded = performance.getEntriesByType("resource").map((entry) => new URL(entry.name)).filter((one) => one.origin === window.location.origin && one.pathname.startsWith("/static/"));
  const channel = new MessageChannel();
  channel.port1.onmessage = () => { main.dataset.offline = "ready"; };
  worker.active.postMessage({ keep: [home, ...loaded.map((one) => one.pathname)] }, [channel.port2]);
})();
