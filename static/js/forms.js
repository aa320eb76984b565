// Forms: records found by typing, days picked, sums worked out, drafts kept, the first wrong field in focus.
(() => {
  const token = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value || "";

  const searching = (select) => {
    if (select.dataset.ready || typeof TomSelect === "undefined") return;
    select.dataset.ready = "yes";
    const name = select.labels[0]?.textContent.trim();
    if (name) select.setAttribute("aria-label", name);
    new TomSelect(select, {
      valueField: "id",
      labelField: "text",
      searchField: ["text", "more"],
      maxOptions: 50,
      load: async (text, done) => {
        try {
          const answer = await fetch(`${select.dataset.records}${select.dataset.records.includes("?") ? "&" : "?"}q=${encodeURIComponent(text)}`);
          done((await answer.json()).results);
        } catch { done(); }
      },
      score: () => () => 1,
      render: {
        option: (item, escape) => `<div>${escape(item.text)}${item.more ? `<div class="xs dim">${escape(item.more)}</div>` : ""}</div>`,
      },
    });
  };

  // Days as the server writes them in the language of the page; other words (tomorrow, +3) only the server reads.
  const language = document.documentElement.lang || "en";
  const named = (form, count, at) => Array.from({ length: count }, (_, number) => new Intl.DateTimeFormat(language, form).format(at(number)));
  const months = (form) => named({ month: form }, 12, (number) => new Date(2024, number, 15));
  const weekdays = (form) => named({ weekday: form }, 7, (number) => new Date(2024, 8, 1 + number));
  const said = (part) => new Intl.DisplayNames(language, { type: "dateTimeField" }).of(part);
  const calendar = () => ({
    firstDayOfWeek: 1,
    months: { longhand: months("long"), shorthand: months("short") },
    weekdays: { longhand: weekdays("long"), shorthand: weekdays("short") },
    monthAriaLabel: said("month"),
    yearAriaLabel: said("year"),
  });

  const day = (text) => {
    // A day that no calendar has, such as 31.02., stays as it was typed: the server says so.
    const at = (year, month, date) => {
      const found = new Date(Number(year), Number(month) - 1, Number(date));
      return found.getMonth() === Number(month) - 1 ? found : undefined;
    };
    const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text.trim()) || [];
    if (year) return at(year, month, date);
    const dotted = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(text.trim());
    if (dotted) return at(dotted[3], dotted[2], dotted[1]);
    const worded = /^(\d{1,2}) (\D+) (\d{4})$/.exec(text.trim());
    const number = worded ? months("short").findIndex((name) => name.toLowerCase() === worded[2].toLowerCase()) : -1;
    return number < 0 ? undefined : at(worded[3], number + 1, worded[1]);
  };

  // A moment is a day with a time behind it: the calendar chooses the day, the time is typed and stays.
  const parted = (text) => /^(.+?)(?:[\s,]+|T)(\d{1,2}[:.]\d{2})$/.exec(text.trim()) || [];
  const dayOfMoment = (text) => day(parted(text)[1] || text);

  const prepare = (root) => {
    root.querySelectorAll("select[data-records]").forEach(searching);
    if (typeof flatpickr !== "undefined") {
      root.querySelectorAll("input[data-day]").forEach((field) => {
        if (field._flatpickr) return;
        const { day: form, time } = field.dataset;
        const read = time ? dayOfMoment : day;
        const written = time ? { formatDate: (date, _form, locale) => `${flatpickr.formatDate(date, form, locale)} ${parted(field.value)[2] || time}` } : {};
        const picker = flatpickr(field, { ...written, allowInput: true, dateFormat: form, locale: calendar(), parseDate: read, static: Boolean(field.closest("[data-menu], dialog")), clickOpens: true, disableMobile: true, errorHandler: () => {} });
        // The server reads words such as "tomorrow" or "+3": what the calendar does not know stays as it was typed.
        const choose = picker.setDate;
        picker.setDate = (asked, ...more) => { if (typeof asked !== "string" || !asked || read(asked)) choose(asked, ...more); };
        // The calendar takes the Enter away from the form; where something is looked for, it is sent all the same.
        field.addEventListener("keydown", (event) => { if (event.key === "Enter" && field.form?.method === "get") field.form.requestSubmit(); });
      });
    }
  };

  // --- drafts: a second after the last key, and kept in the browser when the server cannot be reached
  const state = (how) => { const place = document.querySelector("[data-draft-state]"); if (place) place.textContent = place.dataset[how]; };

  const draft = (form) => {
    const url = form.dataset.draftUrl;
    if (!url) return;
    const key = `draft:${form.dataset.draft}`;
    let timer;
    const keep = async () => {
      const data = new FormData(form);
      data.set("draft_form", form.dataset.draft);
      try {
        const answer = await fetch(url, { method: "POST", body: data, headers: { "X-CSRFToken": token() } });
        if (!answer.ok) throw new Error();
        sessionStorage.removeItem(key);
        state("saved");
      } catch {
        const plain = [...data.entries()].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
        sessionStorage.setItem(key, JSON.stringify(plain));
        state("unsaved");
        timer = setTimeout(keep, 5000);
      }
    };
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(keep, 1000); });
    form.addEventListener("submit", () => clearTimeout(timer));
  };

  const fill = (form, data) => {
    for (const [name, values] of Object.entries(data)) {
      for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
        else if (field.tomselect) field.tomselect.setValue(values);
        else field.value = values[0] ?? "";
      }
    }
  };

  document.addEventListener("click", async (event) => {
    const offer = event.target.closest("[data-draft-offer]");
    if (!offer) return;
    const form = document.querySelector("form[data-draft]");
    if (event.target.closest("[data-draft-use]")) {
      fill(form, JSON.parse(document.getElementById("draft-data").textContent));
      offer.remove();
    } else if (event.target.closest("[data-draft-drop]")) {
      const data = new FormData();
      data.set("draft_form", form.dataset.draft);
      data.set("forget", "1");
      await fetch(form.dataset.draftUrl, { method: "POST", body: data, headers: { "X-CSRFToken": token() } });
      offer.remove();
    }
  });

  // --- a record made in a dialog, without leaving the form
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-creates]");
    if (!link || !window.HTMLDialogElement) return;
    event.preventDefault();
    const answer = await fetch(`${link.href}?in_place=1`, { headers: { "HX-Request": "true" } });
    if (!answer.ok) { window.toasts?.failed(answer.status); return; }
    const dialog = document.createElement("dialog");
    dialog.className = "dialog wide";
    dialog.innerHTML = await answer.text();
    document.body.append(dialog);
    prepare(dialog);
    dialog.addEventListener("close", () => { dialog.remove(); link.focus(); });
    dialog.addEventListener("click", (inside) => {
      if (inside.target.closest("[data-form-cancel]")) { inside.preventDefault(); dialog.close(); }
    });
    dialog.addEventListener("submit", async (submit) => {
      submit.preventDefault();
      const sent = await fetch(`${link.href}?in_place=1`, { method: "POST", body: new FormData(submit.target), headers: { "HX-Request": "true", "X-CSRFToken": token() } });
      if (sent.status === 201) {
        const made = await sent.json();
        const select = document.getElementById(link.dataset.creates);
        if (select.tomselect) { select.tomselect.addOption(made); select.tomselect.setValue(made.id); }
        else { select.add(new Option(made.text, made.id, true, true)); }
        dialog.close();
      } else if ([409, 422].includes(sent.status)) {
        dialog.innerHTML = await sent.text();
        prepare(dialog);
        focusFirstError(dialog);
      } else window.toasts?.failed(sent.status);
    });
    dialog.showModal();
  });

  const focusFirstError = (root) => {
    const wrong = root.querySelector(".is-invalid, [aria-invalid=true]");
    (wrong || root.querySelector("[data-form-errors]"))?.focus();
  };

  prepare(document);
  document.addEventListener("crm:fresh", (event) => prepare(event.detail.parentElement || document));
  document.querySelectorAll("form[data-form]").forEach(draft);
  focusFirstError(document);

  // What is typed where it says so belongs to one of several choices: it is taken.
  document.addEventListener("input", (event) => {
    const box = document.getElementById(event.target.closest("[data-chooses]")?.dataset.chooses);
    if (!box || box.checked) return;
    box.checked = true;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  });
})();
