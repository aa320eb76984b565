// A link in a table row that opens what it leads to below the row. Without scripts it leads to a page of its own.
(() => {
  const fold = (link, row) => {
    row.nextElementSibling.remove();
    link.setAttribute("aria-expanded", "false");
  };

  const unfold = async (link, row) => {
    link.setAttribute("aria-busy", "true");
    const answer = await fetch(link.href, { headers: { "HX-Request": "true" } });
    link.removeAttribute("aria-busy");
    if (!answer.ok || answer.redirected) {
      window.location.assign(link.href);
      return;
    }
    const below = document.createElement("tr");
    const cell = document.createElement("td");
    below.className = "unfolded";
    cell.colSpan = row.cells.length;
    cell.innerHTML = await answer.text();
    below.append(cell);
    row.after(below);
    link.setAttribute("aria-expanded", "true");
    window.htmx?.process(cell);
    cell.dispatchEvent(new CustomEvent("unfolded", { bubbles: true }));
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-unfold]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    const row = link.closest("tr");
    if (row.nextElementSibling?.classList.contains("unfolded")) fold(link, row);
    else unfold(link, row);
  }, true);
})();
