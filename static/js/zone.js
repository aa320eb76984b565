// The first form that asks for a time zone begins with the one this computer keeps.
(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const field of document.querySelectorAll("select[data-own-zone]")) {
    if ([...field.options].some((one) => one.value === zone)) field.value = zone;
  }
})();
