// What a page looks like at its present width: what is too wide, and, where it is asked for, every text that is seen or
// said (written as one: hundreds of texts are taken apart one by one on their way).
(asked) => {
  const root = document.documentElement, wide = [], texts = [];
  const seen = (part) => part.checkVisibility({ visibilityProperty: true });
  const name = (part) => `${part.tagName.toLowerCase()}.${part.className.toString().replaceAll(" ", ".")} ${(part.textContent || "").trim().slice(0, 40)}`;
  if (root.scrollWidth > root.clientWidth) {
    const over = [...document.querySelectorAll("body *")].filter((part) => {
      if (!seen(part) || part.getBoundingClientRect().right <= root.clientWidth + 0.5) return false;
      for (let up = part.parentElement; up && up !== document.body; up = up.parentElement)
        if (getComputedStyle(up).overflowX !== "visible") return false;
      return true;
    });
    wide.push(`the page is ${root.scrollWidth - root.clientWidth} px too wide: ${over.slice(-2).map(name).join(" | ")}`);
  }
  for (const button of document.querySelectorAll("button, .btn, summary, [role=button]"))
    if (seen(button) && button.clientWidth > 8 && button.scrollWidth > button.clientWidth + 1)
      wide.push(`cut by ${button.scrollWidth - button.clientWidth} px: ${name(button)}`);
  if (!asked) return { wide, texts: "[]" };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const part = walk.currentNode.parentElement, text = walk.currentNode.data.trim();
    // Zones and countries come from tables of the world, the calendar has catalogues of its own.
    if (text && !part.closest("script, style, kbd, code, pre, template, noscript, option, datalist, svg, #calendar, .flatpickr-calendar, textarea")) texts.push(text);
  }
  for (const part of document.querySelectorAll("[title], [aria-label], [placeholder]"))
    if (!part.closest("#calendar, .flatpickr-calendar, option")) texts.push(...["title", "aria-label", "placeholder"].map((one) => part.getAttribute(one) || "").filter(Boolean));
  return { wide, texts: JSON.stringify(texts) };
}
