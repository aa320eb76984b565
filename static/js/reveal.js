// The eye in a password field: shows what was typed, and hides it again before it is sent.
for (const button of document.querySelectorAll("[data-reveals]")) {
  const field = document.getElementById(button.dataset.reveals);
  button.hidden = false;
  button.addEventListener("click", () => {
    const hidden = field.type === "password";
    field.type = hidden ? "text" : "password";
    button.setAttribute("aria-pressed", String(hidden));
  });
  field.form.addEventListener("submit", () => { field.type = "password"; });
}
