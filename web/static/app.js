// What a script adds to pages that work without one.
"use strict";

// A form marked data-once is sent once: a second press while the first is under way does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.hasAttribute("data-once")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
});

// Coming back by the browser's button must find forms that can be sent.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
  }
});

// The code of a link stands behind the "#", which is sent to nobody but by this form.
const code = document.querySelector("[data-fragment]");
if (code && location.hash.length > 1) {
  code.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  code.form.requestSubmit();
}

// The summary of errors is read out first.
document.querySelector("[data-focus]")?.focus();

// The user menu closes by Escape and by a press elsewhere.
const menu = document.querySelector(".user-menu");
if (menu) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
}

// Where there is little room, what is seldom wanted is folded away.
if (matchMedia("(max-width: 767.98px)").matches) {
  for (const group of document.querySelectorAll("[data-fold]")) group.open = false;
}

// A diagram that is wider than the page opens where the case stands.
const diagram = document.querySelector(".diagram");
const place = diagram?.querySelector(".is-current") ?? diagram?.querySelector(".is-done");
if (place) {
  const here = place.getBoundingClientRect();
  const frame = diagram.getBoundingClientRect();
  diagram.scrollLeft += here.left + here.width / 2 - frame.left - frame.width / 2;
  diagram.scrollTop += here.top + here.height / 2 - frame.top - frame.height / 2;
}

// A stock phrase becomes a button that puts it into the field of the opinion.
for (const list of document.querySelectorAll("[data-phrases]")) {
  const field = document.getElementById(list.dataset.phrases);
  for (const phrase of list.querySelectorAll("[data-phrase]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "phrase";
    button.textContent = phrase.textContent;
    button.addEventListener("click", () => {
      field.value += field.value && !field.value.endsWith("\n") ? `\n${button.textContent}` : button.textContent;
      field.focus();
    });
    phrase.replaceWith(button);
  }
}

// The device of a demonstration fills in what it shows now: the page may be older than the code.
for (const device of document.querySelectorAll("[data-demonstration-device]")) {
  const shown = device.querySelector("[data-code]");
  if (!shown) continue;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-outline-secondary";
  button.textContent = "填入";
  button.addEventListener("click", async () => {
    const answer = await fetch(location.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.querySelector("[data-demonstration-device] [data-code]") ?? shown;
    shown.replaceChildren(...now.cloneNode(true).childNodes);
    document.getElementById(device.dataset.demonstrationDevice).value = now.dataset.code;
  });
  shown.after(button);
}
