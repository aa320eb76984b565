// The report is in: the phone forgets what it kept, if it was this phone that sent it.
(async () => {
  const over = document.querySelector("[data-visit-over]");
  if (!over || !window.indexedDB) return;
  const draft = await window.visitStore.draft(over.dataset.visitOver);
  if (draft?.state === "queued") await window.visitStore.forget(over.dataset.visitOver);
})();
