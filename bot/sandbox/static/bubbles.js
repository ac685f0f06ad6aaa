// Messages as elements. Text goes in as text nodes only; the server has already cut it into
// segments of one look each.

const TAGS = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  code: "code",
  pre: "code",
};

export function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) {
    element.className = className;
  }
  if (text !== undefined) {
    element.textContent = text;
  }
  return element;
}

export function makeButton(className, text, act) {
  const button = make("button", className, text);
  button.type = "button";
  button.addEventListener("click", act);
  return button;
}

/** One message with its buttons; `phone` sends, taps and tells. */
export function drawMessage(message, phone) {
  const item = make("div", message.mine ? "phone-message phone-mine" : "phone-message");
  const bubble = make("div", "phone-bubble");
  if (message.protected) {
    bubble.classList.add("phone-protected");
  }
  bubble.append(make("span", "phone-sender", message.mine ? "You: " : "Bot: "));
  if (message.picture) {
    const picture = make("img", "phone-picture");
    picture.src = `${phone.address}/files/${message.id}`;
    picture.alt = message.segments.map(({ text }) => text).join("") || "Picture";
    bubble.append(picture);
  } else if (message.file) {
    const link = make("a", "phone-document", message.file);
    link.href = `${phone.address}/files/${message.id}`;
    link.download = message.file;
    bubble.append(link);
  } else if (message.kind !== "text") {
    bubble.append(make("em", undefined, message.kind));
  }
  const text = make("span", "phone-text");
  text.append(...message.segments.map((segment) => drawSegment(segment, phone)));
  const time = make("time", "phone-time", phone.clock.format(message.date * 1000));
  time.dateTime = new Date(message.date * 1000).toISOString();
  // As in Telegram: what has buttons changes all the time, and nobody is told each time.
  if (message.edited && message.buttons.length === 0) {
    time.prepend("edited ");
  }
  bubble.append(text, time);
  item.append(bubble);
  if (message.buttons.length > 0) {
    item.append(drawKeyboard(message, phone));
  }
  return item;
}

function drawSegment({ text, kinds, link }, phone) {
  let node = document.createTextNode(text);
  const wrap = (element) => {
    element.append(node);
    node = element;
  };
  if (kinds.includes("bot_command")) {
    node = makeButton("phone-inline", text, () => phone.send(text));
  } else if (link) {
    const anchor = make("a");
    anchor.href = link;
    if (!/^(tel|sms):/.test(link)) {
      anchor.target = "_blank";
      anchor.rel = "noopener noreferrer";
    }
    wrap(anchor);
  }
  for (const kind of [...kinds].reverse()) {
    if (kind in TAGS) {
      wrap(make(TAGS[kind], kind === "pre" ? "phone-pre" : undefined));
    } else if (kind.endsWith("blockquote")) {
      wrap(make("span", "phone-quote"));
    } else if (kind === "spoiler") {
      const cover = makeButton("phone-spoiler", undefined, () => {
        cover.setAttribute("aria-pressed", "true");
      });
      cover.setAttribute("aria-pressed", "false");
      wrap(cover);
    }
  }
  return node;
}

function drawKeyboard(message, phone) {
  const keyboard = make("div", "phone-keyboard");
  keyboard.setAttribute("role", "group");
  keyboard.setAttribute("aria-label", "Answers");
  message.buttons.forEach((buttons, row) => {
    const line = make("div", "phone-row");
    if (buttons.length > 4) {
      line.classList.add("phone-row-many");
    }
    buttons.forEach((one, column) => {
      const drawn = drawButton(message, one, row, column, phone);
      drawn.dataset.place = `${row},${column}`;
      line.append(drawn);
    });
    keyboard.append(line);
  });
  return keyboard;
}

function drawButton(message, { label, action, value }, row, column, phone) {
  if (action === "url") {
    const link = make("a", "phone-button", `${label} ↗`);
    link.href = /^(https?|tg):\/\//.test(value) ? value : "#";
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    return link;
  }
  if (action === "copy_text") {
    return makeButton("phone-button", label, async () => {
      await navigator.clipboard?.writeText(value);
      phone.showToast("Copied.");
    });
  }
  const button = makeButton("phone-button", label, () =>
    phone.tap(button, message.id, row, column),
  );
  return button;
}
