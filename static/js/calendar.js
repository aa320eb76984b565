// The calendar in the browser; without this file the list under it shows the same and moves by a form.
(() => {
  const box = document.getElementById("calendar");
  if (!box || !window.FullCalendar) return;
  const about = JSON.parse(document.getElementById("calendar-about").textContent);
  const headers = () => ({ ...JSON.parse(document.body.getAttribute("hx-headers")), Accept: "application/json" });
  document.getElementById("calendar-list").open = false;

  const send = async (event, start) => {
    const body = new FormData();
    body.set("event", event.id);
    body.set("version", event.extendedProps.version);
    body.set("start", start);
    const response = await fetch(about.address, { method: "POST", headers: headers(), body });
    const answer = response.headers.get("Content-Type")?.includes("json") ? await response.json() : null;
    return { response, answer };
  };

  const COLOURS = {
    late: { color: "var(--bad-soft)", contrastColor: "var(--bad)" },
    done: { color: "var(--mute-soft)", contrastColor: "var(--mute)" },
  };

  // A refused move goes back to its place and says why.
  const moved = async ({ event, oldEvent, revert }) => {
    let result;
    try {
      result = await send(event, event.start.toISOString());
    } catch {
      revert();
      return window.toasts.failed(0);
    }
    const { response, answer } = result;
    if (!response.ok || !answer) {
      revert();
      return answer ? window.toasts.show(answer.text, { level: "bad" }) : window.toasts.failed(response.status);
    }
    event.setExtendedProp("version", answer.event.extendedProps.version);
    const undo = async () => {
      const back = await send(event, oldEvent.start.toISOString()).catch(() => null);
      if (!back?.response.ok) return window.toasts.failed(back?.response.status || 0);
      event.setExtendedProp("version", back.answer.event.extendedProps.version);
      return event.setStart(oldEvent.start, { maintainDuration: true });
    };
    return window.toasts.show(answer.text, { level: "ok", undo });
  };

  // The library hides the text of its column heads from screen readers and gives them a label in its place; heads
  // that have text keep it.
  const nameHeads = () => {
    for (const text of box.querySelectorAll("[role=columnheader] [aria-hidden=true]")) text.removeAttribute("aria-hidden");
  };

  const narrow = window.matchMedia("(max-width: 640px)").matches;
  const calendar = new window.FullCalendar.Calendar(box, {
    initialView: narrow ? "listMonth" : "dayGridMonth",
    initialDate: about.month.slice(0, 7) === new Date().toISOString().slice(0, 7) ? undefined : about.month,
    locale: about.locale,
    firstDay: 1,
    height: "auto",
    headerToolbar: { start: "prev,next today", center: "title", end: narrow ? "" : "dayGridMonth,timeGridWeek,listWeek" },
    editable: box.hasAttribute("data-movable"),
    eventDurationEditable: false,
    dayMaxEvents: 5,
    defaultTimedEventDuration: "00:30",
    nextDayThreshold: "06:00",
    eventTimeFormat: { hour: "2-digit", minute: "2-digit", hour12: false },
    listItemEventTitleClass: "list-title",
    listItemEventTimeClass: "list-time",
    listItemEventBeforeClass: "list-dot",
    eventDataTransform: (event) => ({ ...event, ...COLOURS[event.className] }),
    events: { url: about.address, failure: () => window.toasts.failed(0) },
    eventDrop: moved,
    datesSet: () => requestAnimationFrame(nameHeads),
  });
  calendar.render();
})();
