// A form that was sent is not sent again by a second click or a second Enter: the page waits for its answer.
(() => {
  const LONGEST = 10000; // an answer may be a file that leaves the page where it is

  const release = (form) => {
    delete form.dataset.underWay;
    form.removeAttribute("aria-busy");
    form.querySelectorAll("[data-waits]").forEach((button) => {
      button.removeAttribute("data-waits");
      button.removeAttribute("aria-disabled");
    });
  };

  // At the window, so that whoever sends a form by script has taken the event already.
  window.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.getAttribute("method")?.toLowerCase() !== "post") return;
    if (form.dataset.underWay) { event.preventDefault(); return; }
    form.dataset.underWay = "yes";
    form.setAttribute("aria-busy", "true");
    // The button keeps its name in what is sent, so it is marked only.
    event.submitter?.setAttribute("data-waits", "");
    event.submitter?.setAttribute("aria-disabled", "true");
    setTimeout(() => release(form), LONGEST);
  });

  // A page that comes back from the browser's memory can be sent again; its one-time key still counts once.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-under-way]").forEach(release);
  });
})();
