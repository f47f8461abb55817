// What a script adds to pages that work without one.
"use strict";

// A form marked data-once is sent once: a second press while the first is under way does nothing.
// With files it is sent by this script, which shows how far the sending is.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.hasAttribute("data-once")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  const files = [...form.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files]);
  if (files.length) {
    event.preventDefault();
    if (refusedAsTooLarge(form, event.submitter, files)) return;
    sendFiles(form, event.submitter, files.length);
  }
  hold(form);
});

// Coming back by the browser's button must find forms that can be sent.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) free(form);
});

function hold(form) {
  form.dataset.sent = "yes";
  for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
}

function free(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
}

function refusedAsTooLarge(form, button, files) {
  const most = Number(form.dataset.mostBytes);
  const total = files.reduce((sum, file) => sum + file.size, 0);
  if (!most || total < most) return false;
  const megabytes = (bytes) => Math.ceil(bytes / 1048576);
  sendingBlock(form, button).tell(
    `所选文件合计 ${megabytes(total)} MB，一次最多 ${megabytes(most)} MB，没有提交。请减少文件，分次提交。`,
  );
  return true;
}

function sendFiles(form, button, count) {
  const body = new FormData(form);
  if (button?.name) body.append(button.name, button.value);
  const block = sendingBlock(form, button);
  const request = new XMLHttpRequest();
  block.begin(`正在上传 ${count} 个文件，请不要关闭本页。`);
  request.upload.addEventListener("progress", (step) => {
    if (step.lengthComputable) block.show(Math.floor((100 * step.loaded) / step.total));
  });
  request.upload.addEventListener("load", () => block.begin("上传完毕，正在检查文件并登记，请稍候。", 100));
  for (const name of ["error", "abort", "timeout"]) {
    request.addEventListener(name, () => {
      block.tell(
        "网络中断，不能确定是否已经提交。所填内容和所选文件都还在本页，请检查网络后再按一次；已经生效的不会重复登记。",
      );
      free(form);
    });
  }
  request.addEventListener("load", () => takeAnswer(request, form, block));
  request.open("POST", form.getAttribute("action"));
  request.setRequestHeader("X-Sent-By", "script");
  request.send(body);
}

// Where the form is done, the browser goes on; where it is refused, it comes back in its place; any
// other answer is told beside the button, and nothing that was typed or chosen is lost.
function takeAnswer(request, form, block) {
  const address = request.getResponseHeader("X-Go-To");
  if (address) {
    location.assign(address);
    return;
  }
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const same = (other) => other.getAttribute("action") === form.getAttribute("action");
  if (request.status < 400 || [...page.querySelectorAll("form[data-once]")].some(same)) {
    document.title = page.title;
    document.body.replaceWith(page.body);
    scrollTo(0, 0);
    dress();
    return;
  }
  const said = page.querySelector(".error-page .lead-text")?.textContent ?? `没有提交成功（${request.status}）。`;
  block.tell(`${said} 所填内容和所选文件都还在本页。`, page.querySelector(".error-page .form-acts"));
  free(form);
}

// What is said of the sending, before the buttons of its form.
function sendingBlock(form, button) {
  form.querySelector(".sending")?.remove();
  const block = document.createElement("div");
  const words = document.createElement("p");
  const bar = document.createElement("progress");
  const percent = document.createElement("span");
  block.className = "sending";
  words.setAttribute("role", "status");
  bar.max = 100;
  bar.setAttribute("aria-label", "上传进度");
  block.append(words);
  (button?.closest(".decisions, .form-acts") ?? button ?? form.lastElementChild).before(block);
  const show = (value) => {
    bar.value = value;
    percent.textContent = `${value}%`;
  };
  return {
    show,
    begin(text, value = 0) {
      words.textContent = text;
      block.append(bar, percent);
      show(value);
      block.scrollIntoView({ block: "nearest" });
    },
    tell(text, links) {
      words.setAttribute("role", "alert");
      words.textContent = text;
      block.classList.add("notice", "notice-soon");
      block.replaceChildren(words);
      for (const link of links?.querySelectorAll("a") ?? []) {
        link.target = "_blank";
        link.rel = "noopener";
        block.append(link, " ");
      }
      block.scrollIntoView({ block: "nearest" });
    },
  };
}

// The code of a link stands behind the "#", which is sent to nobody but by this form.
const code = document.querySelector("[data-fragment]");
if (code && location.hash.length > 1) {
  code.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  code.form.requestSubmit();
}

// The user menu closes by Escape and by a press elsewhere.
document.addEventListener("keydown", (event) => {
  const menu = document.querySelector(".user-menu[open]");
  if (event.key !== "Escape" || !menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
document.addEventListener("click", (event) => {
  const menu = document.querySelector(".user-menu[open]");
  if (menu && !menu.contains(event.target)) menu.open = false;
});

// What is done to a page once it is there.
function dress() {
  // The summary of errors is read out first.
  document.querySelector("[data-focus]")?.focus();
  foldAway();
  showWhereItStands();
  offerPhrases();
  offerCode();
}

// Where there is little room, what is seldom wanted is folded away.
function foldAway() {
  if (matchMedia("(max-width: 767.98px)").matches) {
    for (const group of document.querySelectorAll("[data-fold]")) group.open = false;
  }
}

// A diagram that is wider than the page opens where the case stands.
function showWhereItStands() {
  const diagram = document.querySelector(".diagram");
  const place = diagram?.querySelector(".is-current") ?? diagram?.querySelector(".is-done");
  if (place) {
    const here = place.getBoundingClientRect();
    const frame = diagram.getBoundingClientRect();
    diagram.scrollLeft += here.left + here.width / 2 - frame.left - frame.width / 2;
    diagram.scrollTop += here.top + here.height / 2 - frame.top - frame.height / 2;
  }
}

// A stock phrase becomes a button that puts it into the field of the opinion.
function offerPhrases() {
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
}

// The device of a demonstration fills in what it shows now: the page may be older than the code.
function offerCode() {
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
}

dress();
