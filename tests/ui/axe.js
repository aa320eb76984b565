// What axe objects to. Its rule of contrast is slow, and most of a page looks like the page before: a text whose
// colours passed is not looked at again where it stands in the same surroundings, with the same colours and font.
async (passed) => {
  if (typeof axe === "undefined") return null;
  const chosen = document.documentElement.dataset.theme || "system";
  const isDark = chosen === "system" ? matchMedia("(prefers-color-scheme: dark)").matches : chosen === "dark";
  const before = new Set(passed.split(" ")), surroundings = new Map(), keys = new Map();
  const isOff = (part) => part.matches(":disabled, [aria-disabled=true]") || Boolean(part.control?.disabled);
  const hash = (text) => {
    let [low, high] = [0xdeadbeef, 0x41c6ce57];
    for (let at = 0; at < text.length; at++) {
      low = Math.imul(low ^ text.charCodeAt(at), 2654435761);
      high = Math.imul(high ^ text.charCodeAt(at), 1597334677);
    }
    return `${(low >>> 0).toString(36)}${(high >>> 0).toString(36)}`;
  };
  // Everything from the root down to a part that bears on the colour behind its text.
  const around = (part) => {
    if (!part) return "";
    if (!surroundings.has(part)) {
      const look = getComputedStyle(part);
      surroundings.set(part, hash([around(part.parentElement), part.tagName, part.getAttribute("class"), isOff(part),
        look.backgroundColor, look.backgroundImage, look.opacity, look.filter, look.mixBlendMode].join()));
    }
    return surroundings.get(part);
  };
  const key = (part) => {
    const look = getComputedStyle(part);
    return hash([around(part), String(part.value || part.textContent).trim().length < 2, look.color, look.fontSize, look.fontWeight, look.textShadow,
      look.webkitTextStrokeWidth].join());
  };
  // What holds no text of its own is not judged: neither is it looked at.
  const isTextless = (part) => part.matches("option, input:is([type=hidden], [type=range], [type=color], [type=checkbox], [type=radio], [type=image])");
  // A text that runs out of the box behind it is not judged as long as it lies there.
  const place = (part) => Object.values(part.getBoundingClientRect().toJSON()).map(Math.round).join();
  const runsOut = (part) => {
    let box = part.parentElement;
    while (box && getComputedStyle(box).backgroundColor === "rgba(0, 0, 0, 0)") box = box.parentElement;
    return box && hash([key(part), place(part), place(box)].join());
  };
  const holdsText = (part) => "value" in part && !isTextless(part) || [...part.childNodes].some((one) => one.nodeType === 3 && one.data.trim());
  const isSeen = (part) => {
    const place = part.getBoundingClientRect(); // what is said to readers alone is one point large or above the page
    return part.checkVisibility({ visibilityProperty: true }) && place.width > 1 && place.height > 1 && place.bottom > 0
      && !part.closest("[aria-hidden=true]");
  };
  for (const part of document.body.querySelectorAll("*"))
    if (holdsText(part) && isSeen(part)) keys.set(part, key(part));
  const times = new Map(), often = 3; // rows of a table look the same, and not each has to be measured
  const fresh = [...keys].filter(([part, one]) => {
    times.set(one, (times.get(one) || 0) + 1);
    return !before.has(one) && times.get(one) <= often && !before.has(runsOut(part));
  }).map(([part]) => part);

  // What axe does not judge, wherever it stands: one letter alone, which could be an icon, and a text on a picture.
  const neverJudged = (part, why) => {
    if (why === "elmPartiallyObscured") return runsOut(part);
    return why === "shortTextContent" || why === "bgImage" && getComputedStyle(part).backgroundImage !== "none" ? keys.get(part) : null;
  };

  // To find what lies behind a text, axe sorts all that is on the page into a grid, which is most of its work. What does
  // not touch a text that is measured is not behind it.
  const area = (part) => {
    const range = document.createRange();
    range.selectNodeContents(part);
    const [box, text] = [part.getBoundingClientRect(), range.getBoundingClientRect()];
    return { left: Math.min(box.left, text.left) - 2, right: Math.max(box.right, text.right) + 2,
      top: Math.min(box.top, text.top) - 2, bottom: Math.max(box.bottom, text.bottom) + 2 };
  };
  const touching = (parts) => {
    const areas = parts.map(area), found = new Set(parts);
    for (const part of document.body.querySelectorAll("*")) {
      const box = part.getBoundingClientRect();
      if (box.width && box.height && areas.some((one) => box.left <= one.right && box.right >= one.left && box.top <= one.bottom && box.bottom >= one.top)) found.add(part);
    }
    for (const part of [...found])
      for (let up = part.parentElement; up && !found.has(up); up = up.parentElement) found.add(up);
    return found;
  };
  const onlyThose = async (found, run) => {
    const { FILTER_ACCEPT, FILTER_SKIP } = NodeFilter;
    document.createTreeWalker = (root, show, filter) => Document.prototype.createTreeWalker.call(document, root, show,
      root === document.body ? (part) => found.has(part) ? FILTER_ACCEPT : FILTER_SKIP : filter);
    try { return await run(); } finally { delete document.createTreeWalker; }
  };

  const violations = [], now = [];
  if (fresh.length) {
    const colours = await onlyThose(touching(fresh), () => axe.run({ include: fresh }, { runOnly: ["color-contrast"], elementRef: true }));
    violations.push(...colours.violations);
    for (const rule of colours.passes) for (const node of rule.nodes) now.push(keys.get(node.element));
    for (const rule of colours.incomplete) for (const node of rule.nodes) now.push(neverJudged(node.element, node.any[0]?.data?.messageKey));
  }
  // Of all that is looked for, a theme changes the colours alone.
  if (!isDark) {
    const rest = { rules: { "color-contrast": { enabled: false } }, resultTypes: ["violations"] };
    violations.push(...(await axe.run(rest)).violations);
  }
  for (const rule of violations) for (const node of rule.nodes) delete node.element;
  return { violations, passed: [...new Set(now.filter(Boolean))], fresh: fresh.length, texts: keys.size };
}
