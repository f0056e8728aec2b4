// What a page owes its readers, beyond what axe-core looks at. Returns a list of complaints.
async () => {
  const found = [];
  const name = (element) => {
    const text = element.outerHTML.replace(/\s+/g, " ");
    return text.length > 120 ? text.slice(0, 120) + "…" : text;
  };
  const shown = (element) => element.getClientRects().length > 0 && getComputedStyle(element).visibility !== "hidden";

  if (document.documentElement.lang !== "en") found.push("the page does not say its language");
  if (document.querySelectorAll("h1").length !== 1) found.push("not one h1 but " + document.querySelectorAll("h1").length);
  for (const landmark of ["header", "main", "footer", "nav"]) {
    if (!document.querySelector(landmark)) found.push("no " + landmark);
  }
  let level = 0;
  for (const heading of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    const now = +heading.tagName[1];
    if (level > 0 && now > level + 1) found.push("a level is skipped before " + name(heading));
    level = now;
  }

  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide > 0) found.push(`scrolls sideways by ${wide} px`);

  // Whether focus changes anything that is painted: of the element itself, of what surrounds it, of
  // the box that stands over a card, or of a label that stands for a hidden field.
  const paint = (element) => {
    const parts = [element, element.parentElement, element.closest("form, .row, .drop, .actions")];
    parts.push(...(element.labels ?? []), element.nextElementSibling);
    return parts
      .filter(Boolean)
      .flatMap((part) => [getComputedStyle(part), getComputedStyle(part, "::after")])
      .map((s) => [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.borderColor, s.top].join())
      .join();
  };
  const controls = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  for (const element of [...document.querySelectorAll(controls)].filter(shown).slice(0, 120)) {
    if (element.disabled) continue;
    document.activeElement?.blur();
    const before = paint(element);
    element.focus({ preventScroll: true });
    if (document.activeElement !== element) found.push("takes no focus: " + name(element));
    else if (paint(element) === before) found.push("focus is not seen: " + name(element));
  }
  document.activeElement?.blur();

  const shift = performance.syncyteShift?.() ?? 0;
  if (shift >= 0.05) found.push("the layout shifts by " + shift.toFixed(3));
  return found;
}
