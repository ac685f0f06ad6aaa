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

async function show() {
  const answer = await fetch(`${prefix}/phones`);
  const { phones } = await answer.json();
  const add = document.createElement("button");
  add.type = "button";
  add.className = "phones-choice phones-add";
  add.textContent = "Add a phone";
  add.addEventListener("click", async () => {
    const added = await fetch(`${prefix}/phones`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: "{}",
    });
    if (added.ok) {
      const phone = await added.json();
      list.insertBefore(chooser(phone), add);
      choose(phone.id);
    }
  });
  list.replaceChildren(...phones.map(chooser), add);
  if (phones.length > 0) {
    choose(phones[0].id);
  }
}

show();
