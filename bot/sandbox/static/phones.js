// The page of the sandbox alone: choose a phone, add one, and open it.

import { mountPhone } from "./phone.js";

const page = document.querySelector(".phones");
const prefix = page.dataset.prefix;
const list = page.querySelector(".phones-list");
const place = page.querySelector(".phones-open");
let open = null;

function choose(id) {
  open?.stop();
  open = mountPhone(place, { prefix, phoneId: id });
  for (const button of list.querySelectorAll("[data-phone]")) {
    button.setAttribute("aria-pressed", String(Number(button.dataset.phone) === id));
  }
}

function chooser(phone) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "phones-choice";
  button.dataset.phone = phone.id;
  button.textContent = phone.name;
  button.addEventListener("click", () => choose(phone.id));
  return button;
}

/** A button that adds a phone; Telegram tells the bot which language it is set to. */
function adder(label, languageCode) {
  const add = document.createElement("button");
  add.type = "button";
  add.className = "phones-choice phones-add";
  add.textContent = label;
  add.addEventListener("click", async () => {
    const added = await fetch(`${prefix}/phones`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ language_code: languageCode }),
    });
    if (added.ok) {
      const phone = await added.json();
      list.insertBefore(chooser(phone), list.querySelector(".phones-add"));
      choose(phone.id);
    }
  });
  return add;
}

async function show() {
  const answer = await fetch(`${prefix}/phones`);
  const { phones } = await answer.json();
  const adders = [adder("Add a phone", "en"), adder("Add a phone in Welsh", "cy")];
  list.replaceChildren(...phones.map(chooser), ...adders);
  if (phones.length > 0) {
    choose(phones[0].id);
  }
}

show();
