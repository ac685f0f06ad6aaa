// A phone with Telegram open at the bot: `mountPhone(element, {prefix, phoneId})`.
//
// The server says what the chat shows; this draws it, element by element, from text and
// never from markup. A message that did not change keeps its elements, and with them the
// reader's place and the keyboard's focus.

import { drawMessage, make, makeButton } from "./bubbles.js";

const TOAST_SECONDS = 4;
const NOTICE_SECONDS = 6;
const RETRY_SECONDS = 1;
const IN_HAND_SECONDS = 3;

/**
 * Draw the phone into `element` and keep it up to date.
 * `code` is what the START button sends along, as a t.me link does; `timeZone` is for the
 * times beside the messages. Returns `{stop, send}`.
 */
export function mountPhone(element, { prefix = "", phoneId, code = "", timeZone } = {}) {
  const phone = new Phone(element, `${prefix}/phones/${phoneId}`, code, timeZone);
  phone.run();
  return { stop: () => phone.stop(), send: (text) => phone.send(text) };
}

class Phone {
  constructor(element, address, code, timeZone) {
    this.element = element;
    this.address = address;
    this.code = code;
    this.clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "short", timeZone });
    this.calendar = new Intl.DateTimeFormat("en-GB", {
      weekday: "long",
      day: "numeric",
      month: "long",
      timeZone,
    });
    this.gone = new AbortController();
    this.revision = -1;
    this.drawn = new Map();
    this.seenToast = null;
    this.seenNotice = null;
    this.touched = 0;
    this.build();
  }

  // -- the frame ------------------------------------------------------------------

  build() {
    this.root = make("section", "phone");
    this.title = make("h2", "phone-title", "…");
    this.status = make("p", "phone-status", "bot");
    const names = make("div", "phone-names");
    names.append(this.title, this.status);
    this.avatar = make("span", "phone-avatar");
    this.avatar.setAttribute("aria-hidden", "true");
    const header = make("header", "phone-header");
    header.append(this.avatar, names);

    this.notice = make("div", "phone-notice");
    this.notice.hidden = true;
    this.notice.setAttribute("aria-hidden", "true");

    this.chat = make("div", "phone-chat");
    this.chat.setAttribute("role", "log");
    this.chat.setAttribute("aria-live", "polite");
    this.chat.tabIndex = 0;

    this.toast = make("p", "phone-toast");
    this.toast.setAttribute("role", "status");
    this.alert = make("dialog", "phone-alert");
    this.alertText = make("p");
    this.alert.append(
      this.alertText,
      makeButton("phone-alert-close", "OK", () => this.alert.close()),
    );

    this.menu = make("ul", "phone-menu");
    this.menu.hidden = true;
    this.foot = make("div", "phone-foot");
    this.buildEntry();
    this.root.append(
      header, this.notice, this.chat, this.toast, this.menu, this.foot, this.alert,
    );
    this.root.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !this.menu.hidden) {
        this.toggleMenu(false);
        this.menuButton.focus();
      }
    });
    this.element.replaceChildren(this.root);
  }

  buildEntry() {
    this.entry = make("form", "phone-entry");
    this.menuButton = makeButton("phone-menu-button", "Menu", () =>
      this.toggleMenu(this.menu.hidden),
    );
    this.menuButton.setAttribute("aria-expanded", "false");
    this.field = make("input", "phone-field");
    this.field.type = "text";
    this.field.maxLength = 4096;
    this.field.autocomplete = "off";
    this.field.placeholder = "Message";
    this.field.setAttribute("aria-label", "Message");
    const send = make("button", "phone-send", "Send");
    send.type = "submit";
    this.entry.append(this.menuButton, this.field, send);
    this.entry.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.field.value.trim();
      if (text) {
        this.field.value = "";
        this.send(text);
      }
    });
    this.start = makeButton("phone-start", "START", () =>
      this.send(`/start ${this.code}`.trim()),
    );
    this.unblock = makeButton("phone-start", "UNBLOCK", () => this.block(false));
  }

  toggleMenu(shown) {
    this.menu.hidden = !shown;
    this.menuButton.setAttribute("aria-expanded", String(shown));
    if (shown) {
      this.menu.querySelector("button")?.focus();
    }
  }

  // -- talking to the server ------------------------------------------------------

  async run() {
    while (!this.gone.signal.aborted) {
      try {
        const answer = await fetch(`${this.address}/chat?after=${this.revision}`, {
          signal: this.gone.signal,
        });
        if (!answer.ok) {
          throw new Error(String(answer.status));
        }
        const state = await answer.json();
        if (state.revision !== this.revision) {
          this.revision = state.revision;
          this.draw(state);
        }
        this.root.classList.remove("phone-offline");
      } catch {
        if (this.gone.signal.aborted) {
          return;
        }
        this.root.classList.add("phone-offline");
        this.status.textContent = "connecting…";
        this.revision = -1;
        await new Promise((done) => setTimeout(done, RETRY_SECONDS * 1000));
      }
    }
  }

  stop() {
    this.gone.abort();
    this.root.remove();
  }

  async post(what, content) {
    this.touched = Date.now();
    try {
      const answer = await fetch(`${this.address}/${what}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(content),
      });
      return answer.ok;
    } catch {
      return false;
    }
  }

  async send(text) {
    this.toggleMenu(false);
    if (!(await this.post("messages", { text }))) {
      this.field.value = text;
      this.showToast("Not sent. Your text is still here.");
    }
  }

  async tap(button, messageId, row, column) {
    button.setAttribute("aria-busy", "true");
    if (!(await this.post("taps", { message_id: messageId, row, column }))) {
      button.removeAttribute("aria-busy");
      this.showToast("That button is gone.");
    }
  }

  async block(blocked) {
    this.toggleMenu(false);
    await this.post("block", { blocked });
  }

  // -- drawing --------------------------------------------------------------------

  draw(state) {
    const { bot, phone } = state;
    this.root.setAttribute("aria-label", `Phone of ${phone.name}`);
    this.chat.setAttribute("aria-label", `Chat with ${bot.name}`);
    this.title.textContent = bot.name;
    this.status.textContent = `bot · ${phone.name}'s phone`;
    this.avatar.textContent = bot.name.slice(0, 1);
    this.drawFoot(phone);
    this.drawMenu(state.commands, phone);
    this.drawMessages(state);
    this.drawNews(state);
  }

  drawFoot(phone) {
    const wanted = phone.blocked ? this.unblock : phone.started ? this.entry : this.start;
    if (this.foot.firstChild !== wanted) {
      const held = this.foot.contains(document.activeElement);
      this.foot.replaceChildren(wanted);
      if (held) {
        (wanted === this.entry ? this.field : wanted).focus();
      }
    }
  }

  drawMenu(commands, phone) {
    const wanted = JSON.stringify([commands, phone.blocked]);
    if (this.menuDrawn === wanted) {
      return;
    }
    this.menuDrawn = wanted;
    const rows = commands.map(({ command, description }) => {
      const row = makeButton("phone-command", undefined, () => this.send(`/${command}`));
      row.append(make("span", undefined, description), make("code", undefined, `/${command}`));
      return row;
    });
    rows.push(makeButton("phone-command phone-block", "Block this bot", () => this.block(true)));
    this.menu.replaceChildren(
      ...rows.map((row) => {
        const item = make("li");
        item.append(row);
        return item;
      }),
    );
  }

  drawMessages(state) {
    const atEnd =
      this.chat.scrollHeight - this.chat.scrollTop - this.chat.clientHeight < 80;
    const newest = state.messages.at(-1)?.id ?? 0;
    const grown = newest > (this.newest ?? 0);
    this.newest = newest;
    const focus = this.focusedPlace();
    const wanted = [];
    let day = "";
    for (const message of state.messages) {
      const date = this.calendar.format(message.date * 1000);
      if (date !== day) {
        wanted.push(this.keep(`day ${date}`, date, () => make("div", "phone-day", date)));
        day = date;
      }
      wanted.push(
        this.keep(message.id, JSON.stringify(message), () => drawMessage(message, this)),
      );
    }
    if (wanted.length === 0) {
      const text = state.bot.description || "Press START to begin.";
      wanted.push(this.keep("about", text, () => make("div", "phone-about", text)));
    }
    this.place(wanted);
    if (state.spinning === 0) {
      for (const button of this.chat.querySelectorAll("[aria-busy]")) {
        button.removeAttribute("aria-busy");
      }
    }
    this.restoreFocus(focus);
    if (grown || atEnd) {
      this.chat.scrollTop = this.chat.scrollHeight;
    }
  }

  /** The element drawn for `key` if `content` is the same, else a new one. */
  keep(key, content, draw) {
    const before = this.drawn.get(key);
    if (before?.content === content) {
      return { key, ...before };
    }
    const element = draw();
    element.dataset.key = key;
    return { key, content, element };
  }

  place(wanted) {
    const kept = new Set(wanted.map(({ element }) => element));
    for (const child of [...this.chat.children]) {
      if (!kept.has(child)) {
        child.remove();
      }
    }
    wanted.forEach(({ element }, index) => {
      if (this.chat.children[index] !== element) {
        this.chat.insertBefore(element, this.chat.children[index] ?? null);
      }
    });
    this.drawn = new Map(wanted.map(({ key, content, element }) => [key, { content, element }]));
  }

  focusedPlace() {
    const button = document.activeElement?.closest?.(".phone-button");
    if (!button || !this.chat.contains(button)) {
      return null;
    }
    return { key: button.closest("[data-key]").dataset.key, place: button.dataset.place, button };
  }

  restoreFocus(focus) {
    if (!focus || focus.button.isConnected) {
      return;
    }
    const item = this.chat.querySelector(`li[data-key="${CSS.escape(focus.key)}"]`);
    const target =
      item?.querySelector(`.phone-button[data-place="${CSS.escape(focus.place)}"]`) ??
      item?.querySelector(".phone-button") ??
      [...this.chat.querySelectorAll(".phone-button")].at(-1) ??
      this.chat;
    target.focus({ preventScroll: true });
  }

  // -- what comes and goes --------------------------------------------------------

  drawNews({ toasts, notification }) {
    const newestToast = toasts.at(-1)?.number ?? 0;
    const noticed = notification?.number ?? 0;
    // The first answer tells of the past; only what comes later is news.
    if (this.seenToast !== null) {
      for (const { number, text, alert } of toasts) {
        if (number > this.seenToast && text) {
          if (alert) {
            this.alertText.textContent = text;
            if (!this.alert.open) {
              this.alert.showModal();
            }
          } else {
            this.showToast(text);
          }
        }
      }
      // What answers a tap is read in the open chat: no phone locks its screen that fast.
      const inHand = Date.now() - this.touched < IN_HAND_SECONDS * 1000;
      if (noticed > this.seenNotice && !inHand) {
        this.showNotice(notification.text);
      }
    }
    this.seenToast = newestToast;
    this.seenNotice = noticed;
  }

  showToast(text) {
    this.toast.textContent = text;
    clearTimeout(this.toastTimer);
    this.toastTimer = setTimeout(() => {
      this.toast.textContent = "";
    }, TOAST_SECONDS * 1000);
  }

  showNotice(text) {
    const label = make("span", "phone-notice-label", "Lock screen");
    const name = make("strong", undefined, this.title.textContent);
    this.notice.replaceChildren(label, name, make("span", "phone-notice-text", text));
    this.notice.hidden = false;
    clearTimeout(this.noticeTimer);
    this.noticeTimer = setTimeout(() => {
      this.notice.hidden = true;
    }, NOTICE_SECONDS * 1000);
  }
}
