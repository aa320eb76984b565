// Parts that bring themselves up to date: data-live="2" asks every 2 seconds for the part anew (hx-trigger="live"),
// only while the tab is visible, and never while a field inside is being filled in.
(() => {
  const nextTimes = new WeakMap();

  const isInUse = (part) => {
    const active = document.activeElement;
    return part.contains(active) && active.matches("input, select, textarea");
  };

  const look = () => {
    if (document.hidden || !window.htmx) return;
    const now = Date.now();
    for (const part of document.querySelectorAll("[data-live]")) {
      const pause = Number(part.dataset.live) * 1000;
      if (!nextTimes.has(part)) nextTimes.set(part, now + pause);
      if (now < nextTimes.get(part) || isInUse(part)) continue;
      nextTimes.set(part, now + pause);
      window.htmx.trigger(part, "live");
    }
  };

  window.setInterval(look, 500);
  document.addEventListener("visibilitychange", look);
})();
