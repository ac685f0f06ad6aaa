"""What axe-core finds in a page, asked no more than it takes to know all of it.

Whether text can be told from its ground is most of axe-core's work, and the same for all text of
one kind: colours, size, and what lies under it, up to the whole page. So it looks at each kind
until it has let one of it pass, once in a process. Every other rule it tries on a whole document
once, and again where the document has changed; in a window of another width, on whatever is shown
otherwise there than it was.
"""

from typing import Any, Final

from axe_playwright_python.base import (  # type: ignore[import-untyped]
    AXE_SCRIPT,
    AxeResults,
)
from playwright.async_api import Page

_CONTRAST: Final = "color-contrast"

# Leaves in the document what axe-core is to look at (`looks`); tells which kinds of text there
# are, and whether anything else is to be looked at. What passes in front of other text is of no
# kind (""), and looked at always.
_PREPARE: Final = """() => {
  const numbered = (text) => {
    let [a, b] = [0xdeadbeef, 0x41c6ce57];
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      [a, b] = [Math.imul(a ^ code, 2654435761), Math.imul(b ^ code, 1597334677)];
    }
    return (a >>> 0).toString(36) + (b >>> 0).toString(36);
  };
  const all = [...document.querySelectorAll("*")];
  const facts = new Map();
  const shown = new Map();
  const lifted = [];
  const clear = "rgba(0, 0, 0, 0)";
  const paint = (style) => [
    style.backgroundColor === clear ? "" : style.backgroundColor,
    style.backgroundImage === "none" ? "" : style.backgroundImage,
  ];
  const added = (it, where) => {
    const style = getComputedStyle(it, where);
    return style.content === "none" ? [] : paint(style);
  };
  const usual = {opacity: "1", filter: "none", mixBlendMode: "normal", clipPath: "none",
    backgroundClip: "border-box", position: "static"};
  for (const it of all) {
    const style = getComputedStyle(it);
    const visible = it.checkVisibility({visibilityProperty: true});
    const scrolls = (style.overflowX !== "visible" || style.overflowY !== "visible")
      && (it.scrollWidth > it.clientWidth || it.scrollHeight > it.clientHeight);
    shown.set(it, `${visible} ${style.display} ${scrolls}`);
    if (!visible) continue;
    const box = it.getBoundingClientRect();
    const over = facts.get(it.parentElement);
    const inside = !over || (box.left >= over.box.left - 1 && box.right <= over.box.right + 1
      && box.top >= over.box.top - 1 && box.bottom <= over.box.bottom + 1);
    const own = [inside ? "" : "out", ...paint(style), ...added(it, "::before"),
      ...added(it, "::after"), ...Object.keys(usual).map(
        (name) => style[name] === usual[name] ? "" : name + style[name])].join("|");
    const ground = /[^|]/.test(own) ? numbered(`${over?.ground}|${own}`) : over?.ground;
    // For ears alone.
    const unseen = over?.unseen || (style.overflow === "hidden" && box.width <= 1);
    facts.set(it, {box, ground, style, unseen});
    if (style.position !== "static") lifted.push(it);
  }
  const isCrossed = (it, box) => lifted.some((other) => {
    const its = facts.get(other).box;
    return its.left < box.right - 1 && its.right > box.left + 1
      && its.top < box.bottom - 1 && its.bottom > box.top + 1
      && !other.contains(it) && !it.contains(other);
  });
  const scheme = matchMedia("(prefers-color-scheme: dark)").matches;
  const kinds = new Map();
  for (const [it, {box, ground, style, unseen}] of facts) {
    if (unseen) continue;
    const says = it.matches("input, select, textarea, button") || [...it.childNodes].some(
      (child) => child.nodeType === Node.TEXT_NODE && child.data.trim());
    if (says) kinds.set(it, isCrossed(it, box) ? "" : numbered([
      ground, scheme, style.color, style.webkitTextFillColor, style.webkitTextStroke, style.fill,
      style.textShadow, style.fontSize, style.fontWeight,
    ].join()));
  }
  const markup = document.documentElement.outerHTML;
  const before = window.looks?.markup === markup ? window.looks : null;
  const isNew = (it) => before?.shown.get(it) !== shown.get(it);
  const otherwise = all.filter((it) => isNew(it) && !(it.parentElement && isNew(it.parentElement)));
  window.looks = {kinds, markup, otherwise: before ? otherwise : null, shown};
  return {kinds: [...new Set(kinds.values())], others: otherwise.length > 0};
}"""

# Of each kind of text that is not known yet, and whatever else there is.
_LOOK: Final = """async ({unknown, iframes}) => {
  const {kinds, otherwise} = window.looks;
  const wanted = new Set(unknown);
  const texts = [...kinds.keys()].filter((it) => wanted.has(kinds.get(it)));
  const [violations, passed] = [[], new Set()];
  if (texts.length) {
    const found = await axe.run({include: texts}, {
      runOnly: ["color-contrast"], iframes, elementRef: true, resultTypes: ["violations", "passes"],
    });
    violations.push(...found.violations);
    found.passes.forEach((rule) => rule.nodes.forEach((node) => {
      passed.add(kinds.get(node.element));
    }));
  }
  if (!otherwise || otherwise.length) {
    const found = await axe.run(otherwise ? {include: otherwise} : document, {
      rules: {"color-contrast": {enabled: false}}, iframes, resultTypes: ["violations"],
    });
    violations.push(...found.violations);
  }
  // What was found stands in the way of the next look too.
  if (violations.length) delete window.looks;
  for (const rule of violations) for (const node of rule.nodes) delete node.element;
  return {violations, passed: [...passed].filter(Boolean)};
}"""

_KNOWN: Final[set[str]] = set()
"""Kinds of text that axe-core has let pass."""


async def barriers(page: Page, *, frames: bool) -> str:
    """Return what axe-core finds in the page as it stands now, or nothing."""
    there: dict[str, Any] = await page.evaluate(_PREPARE)
    unknown = [kind for kind in there["kinds"] if kind not in _KNOWN]
    if not unknown and not there["others"]:
        return ""
    # Half a megabyte, which goes through three processes: once for a document is enough.
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE_SCRIPT)
    found: dict[str, Any] = await page.evaluate(_LOOK, {"unknown": unknown, "iframes": frames})
    _KNOWN.update(found["passed"])
    report: str = AxeResults(found).generate_report() if found["violations"] else ""
    return report
