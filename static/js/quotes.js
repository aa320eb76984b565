// The line editor: how long ago the draft was saved, and the list of found items under the hand.
(() => {
  let since = 0;
  const tell = () => {
    const place = document.querySelector("[data-saved-now]");
    if (!place || !since) return;
    const seconds = Math.round((Date.now() - since) / 1000);
    if (seconds >= 5) place.lastChild.textContent = ` ${place.dataset.words.replace("{seconds}", seconds)}`;
  };
  setInterval(tell, 5000);
  document.addEventListener("quote-saved", () => { since = Date.now(); });

  // A draft that could not be kept is told, and the typed values stay where they are.
  document.addEventListener("htmx:sendError", (event) => {
    if (!event.detail.elt.closest("#quote-editor")) return;
    const place = document.getElementById("quote-state");
    if (place) place.textContent = place.dataset.unsaved;
  });
})();
