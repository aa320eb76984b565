// Light or dark as the system says, or as the user fixed it. Loaded before the first paint, so that nothing flashes.
(() => {
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  root.classList.add("js");

  const apply = () => {
    const fixed = root.dataset.theme;
    root.dataset.bsTheme = fixed === "light" || fixed === "dark" ? fixed : dark.matches ? "dark" : "light";
  };
  dark.addEventListener("change", apply);
  apply();

  // The choice takes hold at once and is sent behind the page's back, so that nothing typed is lost.
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-theme-form]");
    if (!form || !event.submitter) return;
    event.preventDefault();
    root.dataset.theme = event.submitter.value;
    apply();
    for (const button of form.querySelectorAll("[name=theme]")) {
      button.setAttribute("aria-pressed", String(button === event.submitter));
    }
    fetch(form.action, { method: "POST", body: new FormData(form, event.submitter), redirect: "manual" });
  });
})();
