// The X-ray's cards: drawn from what the server read, and what is new stands out for a moment.

import { make } from "./bubbles.js";

const GLOW_SECONDS = 4;

export class XRay {
  constructor(element) {
    this.scroll = element.querySelector(".demo-scroll");
    this.sides = new Map(
      [...element.querySelectorAll("[data-side]")].map((side) => [side.dataset.side, side]),
    );
    this.drawn = new Map();
  }

  /** Another chat is looked at: nothing of it is news. */
  forget() {
    this.drawn.clear();
    for (const side of this.sides.values()) {
      side.replaceChildren();
    }
  }

  /** Scroll to what changed, unless some of it is seen or somebody is reading here. */
  bringIntoView(elements) {
    const reading = this.scroll.matches(":hover, :focus-within");
    if (elements.length > 0 && !reading && !elements.some((one) => isSeen(one, this.scroll))) {
      this.scroll.scrollTop += elements[0].getBoundingClientRect().top;
      this.scroll.scrollTop -= this.scroll.getBoundingClientRect().top + 8;
    }
  }

  /** Draw the cards; returns what changed since the last look, in words. */
  draw(cards) {
    const first = this.drawn.size === 0;
    const changed = [];
    const elements = [];
    for (const card of cards) {
      const content = JSON.stringify(card);
      const before = this.drawn.get(card.id);
      if (before?.content === content) {
        continue;
      }
      const known = first ? null : (before?.keys ?? new Set());
      const element = drawCard(card, known);
      if (before) {
        before.element.replaceWith(element);
      } else {
        this.sides.get(card.side).append(element);
      }
      if (!first) {
        changed.push(card.title);
        elements.push(element);
        glow(element, "demo-changed");
      }
      this.drawn.set(card.id, { content, element, keys: keysOf(card) });
    }
    this.bringIntoView(elements);
    return changed.length > 0 ? `Changed: ${changed.join(", ")}.` : "";
  }
}

function isSeen(element, scroll) {
  const [card, frame] = [element.getBoundingClientRect(), scroll.getBoundingClientRect()];
  return card.top < frame.bottom - 40 && card.bottom > frame.top + 40;
}

function keysOf(card) {
  return new Set(card.sections.flatMap(({ lines }) => lines.map(({ key }) => key)));
}

function glow(element, name) {
  element.classList.add(name);
  setTimeout(() => element.classList.remove(name), GLOW_SECONDS * 1000);
}

function drawCard(card, known) {
  const element = make("article", "demo-card");
  element.dataset.card = card.id;
  const head = make("div", "demo-card-head");
  head.append(make("h4", undefined, card.title), make("span", "demo-card-number", card.number));
  element.append(head, make("p", "demo-card-sentence", card.sentence));
  for (const { caption, lines, more } of card.sections) {
    if (caption) {
      element.append(make("p", "demo-card-caption", caption));
    }
    if (lines.length > 0) {
      const list = make("dl", "demo-lines");
      list.append(...lines.map((line) => drawLine(line, known)));
      element.append(list);
    }
    if (more) {
      element.append(make("p", "demo-card-more", more));
    }
  }
  if (card.note) {
    element.append(make("p", "demo-card-note", card.note));
  }
  return element;
}

function drawLine({ key, label, value, code, indent }, known) {
  const line = make("div", code ? "demo-line demo-line-code" : "demo-line");
  line.dataset.indent = indent;
  const said = make("dd");
  said.append(code ? make("code", undefined, value) : value);
  line.append(make("dt", undefined, label), said);
  if (value === "not shown") {
    line.classList.add("demo-line-quiet");
  }
  if (known && !known.has(key)) {
    glow(line, "demo-new");
  }
  return line;
}
