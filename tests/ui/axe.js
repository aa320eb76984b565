// What axe objects to. Its rule of contrast is slow, and most of a page looks like the page before: a text whose
// colours passed is not looked at again where it stands in the same surroundings, with the same colours and font.
async ({ passed, isDark }) => {
  const before = new Set(passed), surroundings = new Map(), keys = new Map();
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
  const holdsText = (part) => "value" in part || [...part.childNodes].some((one) => one.nodeType === 3 && one.data.trim());
  const isSeen = (part) => {
    const place = part.getBoundingClientRect(); // what is said to readers alone is one point large or above the page
    return part.checkVisibility({ visibilityProperty: true }) && place.width > 1 && place.height > 1 && place.bottom > 0
      && !part.closest("[aria-hidden=true]");
  };
  for (const part of document.body.querySelectorAll("*"))
    if (holdsText(part) && isSeen(part)) keys.set(part, key(part));
  const times = new Map(), often = 3; // rows of a table look the same, and not each has to be measured
  const fresh = [...keys].filter(([, one]) => {
    times.set(one, (times.get(one) || 0) + 1);
    return !before.has(one) && times.get(one) <= often;
  }).map(([part]) => part);

  const violations = [], now = [];
  if (fresh.length) {
    const colours = await axe.run({ include: fresh }, { runOnly: ["color-contrast"], elementRef: true });
    violations.push(...colours.violations);
    for (const rule of colours.passes) for (const node of rule.nodes) now.push(keys.get(node.element));
    // One letter alone could be an icon: axe does not judge it, wherever it stands.
    for (const rule of colours.incomplete) for (const node of rule.nodes)
      if (node.any[0]?.data?.messageKey === "shortTextContent") now.push(keys.get(node.element));
  }
  // Of all that is looked for, a theme changes the colours alone.
  if (!isDark) {
    const rest = { rules: { "color-contrast": { enabled: false } }, resultTypes: ["violations"] };
    violations.push(...(await axe.run(rest)).violations);
  }
  for (const rule of violations) for (const node of rule.nodes) delete node.element;
  return { violations, passed: [...new Set(now.filter(Boolean))], fresh: fresh.length, texts: keys.size };
}
