// The demo page: the clock, the seven steps, and which phone is open. The X-ray draws itself.

import { mountPhone } from "./phone.js";
import { XRay } from "./demo-xray.js";

const SECOND = 1000;

const bar = document.querySelector(".demo-bar");
const prefix = bar.dataset.prefix;
const columns = document.querySelector(".demo-columns");
const poster = document.querySelector(".demo-poster");
const invited = document.querySelector("[data-invited]");
const ownCode = document.querySelector("[data-own-code]");
const lead = document.querySelector(".demo-lead");
const officers = [...document.querySelectorAll(".demo-officer")];
const moves = [...document.querySelectorAll(".demo-moves button")];
const xray = new XRay(document.querySelector("[data-part=xray]"));

/** What the server cannot know: that somebody looked. */
const looked = new Set();
let done = new Set();
let timeZone;
let open = null;
let chosen = null;
let results;
let waiting = false;

const say = (what, text) => {
  const element = document.querySelector(`[data-say="${what}"]`);
  // Only what is new is written, so that a screen reader is not told twice.
  if (element.textContent !== text) {
    element.textContent = text;
  }
};

// -- the phone --------------------------------------------------------------------

function choose(officer) {
  open?.stop();
  chosen = officer;
  open = mountPhone(document.querySelector(".demo-phone"), {
    prefix,
    phoneId: officer.dataset.phone,
    code: officer.dataset.code,
    timeZone,
  });
  for (const each of officers) {
    each.setAttribute("aria-pressed", String(each === officer));
  }
  poster.hidden = true;
  say("poster", officer.dataset.poster);
  invited.hidden = !officer.dataset.code;
  ownCode.hidden = Boolean(officer.dataset.code);
  xray.forget();
  look();
}

async function look() {
  const officer = chosen;
  const answer = await fetch(`/demo/xray?phone=${officer.dataset.phone}`);
  if (!answer.ok || officer !== chosen) {
    return;
  }
  const { cards, joined, started } = await answer.json();
  say("changed", xray.draw(cards));
  poster.hidden = joined;
  poster.classList.toggle("demo-poster-small", started);
}

// -- the clock --------------------------------------------------------------------

async function refresh() {
  const answer = await fetch("/demo/state");
  if (!answer.ok) {
    throw new Error(String(answer.status));
  }
  const state = await answer.json();
  timeZone = state.timezone;
  say("clock", state.clock);
  if (!waiting) {
    say("sentence", state.sentence);
  }
  say("colleagues", state.colleagues.sentence);
  document.body.classList.remove("demo-offline");
  for (const button of moves) {
    const closing = button.dataset.move === "close" && !state.round_open;
    // Not `disabled`: the focus would be lost while the clock moves.
    button.setAttribute("aria-disabled", String(state.busy || closing));
  }
  bar.setAttribute("aria-busy", String(state.busy));
  done = new Set(state.steps);
  drawSteps();
  if (results !== undefined && results !== state.results) {
    lead.contentWindow.location.reload();
  }
  results = state.results;
}

async function press(address, content) {
  if (bar.getAttribute("aria-busy") === "true") {
    return;
  }
  bar.setAttribute("aria-busy", "true");
  waiting = true;
  say("sentence", "One moment …");
  let refusal = "";
  try {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(content),
    });
    refusal = answer.ok ? "" : ((await answer.json()).sentence ?? "");
  } catch {
    refusal = "That did not get through. Nothing was lost; try again.";
  }
  waiting = false;
  await Promise.allSettled([refresh(), look()]);
  if (refusal) {
    waiting = true;
    say("sentence", refusal);
    setTimeout(() => {
      waiting = false;
    }, 5 * SECOND);
  }
}

for (const button of moves) {
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-disabled") === "true") {
      return;
    }
    const { move, colleagues } = button.dataset;
    if (move) {
      press("/demo/clock", { to: move });
    } else {
      press("/demo/colleagues", { count: Number(colleagues) });
    }
  });
}

// -- the steps --------------------------------------------------------------------

const PLACES = {
  join: ["phone", "[data-join]"],
  prompt: [null, "[data-move=next-prompt]"],
  answer: ["phone", ".phone-chat"],
  xray: ["xray", ".demo-scroll"],
  colleagues: [null, "[data-colleagues]"],
  close: [null, "[data-move=close]"],
  lead: ["lead", ".demo-lead"],
};

function drawSteps() {
  let next = true;
  for (const step of document.querySelectorAll(".demo-step")) {
    const is = done.has(step.dataset.step) || looked.has(step.dataset.step);
    step.classList.toggle("demo-step-is-done", is);
    step.querySelector(".demo-step-done").hidden = !is;
    step.classList.toggle("demo-step-next", next && !is);
    step.firstElementChild.setAttribute("aria-current", next && !is ? "step" : "false");
    // The one main action is the button of the step that comes next.
    const [part, target] = PLACES[step.dataset.step];
    if (!part) {
      document.querySelector(target).classList.toggle("button-quiet", is || !next);
    }
    next &&= is;
  }
}

for (const step of document.querySelectorAll(".demo-step")) {
  step.firstElementChild.addEventListener("click", () => {
    const [part, target] = PLACES[step.dataset.step];
    if (part) {
      show(part);
    }
    const found = document.querySelector(target);
    const place = found?.checkVisibility() ? found : document.querySelector(".phone-start");
    place?.focus({ preventScroll: true });
    place?.scrollIntoView({ block: "nearest" });
  });
}

// -- which part is seen -------------------------------------------------------------

function show(part) {
  columns.dataset.shown = part;
  for (const tab of document.querySelectorAll("[data-show]")) {
    tab.setAttribute("aria-pressed", String(tab.dataset.show === part));
  }
  sawPart(part);
}

function sawPart(part) {
  if ((part === "xray" && done.has("answer")) || (part === "lead" && done.has("close"))) {
    looked.add(part);
    drawSteps();
  }
}

for (const tab of document.querySelectorAll("[data-show]")) {
  tab.addEventListener("click", () => show(tab.dataset.show));
}
for (const part of document.querySelectorAll("[data-part]")) {
  for (const event of ["pointermove", "focusin"]) {
    part.addEventListener(event, () => sawPart(part.dataset.part));
  }
}
for (const officer of officers) {
  officer.addEventListener("click", () => choose(officer));
}
document.querySelector("[data-join]").addEventListener("click", () => {
  open.send(`/start ${chosen.dataset.code}`);
});
ownCode.addEventListener("submit", (event) => {
  event.preventDefault();
  // A link is as good as the code at its end; people copy it with its spaces.
  const code = ownCode.elements.code.value.split("start=").pop().replace(/[^0-9a-z]/gi, "");
  open.send(`/start ${code}`);
  ownCode.reset();
});

// -- from here on, every second while somebody looks ----------------------------------

async function keepUp() {
  for (;;) {
    if (!document.hidden) {
      try {
        await refresh();
        if (!chosen) {
          choose(officers[0]);
        } else {
          await look();
        }
      } catch {
        document.body.classList.add("demo-offline");
        say("sentence", "The demo has stopped. Start it again with: make demo");
      }
    }
    await new Promise((next) => setTimeout(next, SECOND));
  }
}

keepUp();
