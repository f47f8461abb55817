// The diagram of a case that can be zoomed and asked, over the picture that the server drew.
const box = document.getElementById("viewer");
const picture = document.getElementById("picture");
const opener = document.getElementById("viewer-open");
const canvasBox = box.querySelector(".viewer-canvas");
const panel = box.querySelector(".viewer-step");
const marks = JSON.parse(box.dataset.marks);
const called = JSON.parse(box.dataset.called);
const FONT = { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12 };
const PAN = 60;
const LEAST_READABLE = 0.8;

let viewer = null;

function load(name, attributes) {
  return new Promise((resolve, reject) => {
    const element = Object.assign(document.createElement(name), attributes);
    element.addEventListener("load", resolve);
    element.addEventListener("error", () => reject(new Error(`not loaded: ${name}`)));
    document.head.append(element);
  });
}

async function begin() {
  const styles = box.dataset.styles.split(" ").map((href) => load("link", { rel: "stylesheet", href }));
  const [answer] = await Promise.all([
    fetch(box.dataset.source),
    load("script", { src: box.dataset.script }),
    ...styles,
  ]);
  if (!answer.ok) throw new Error(`diagram: ${answer.status}`);
  const made = new window.BpmnJS({
    container: canvasBox,
    bpmnRenderer: { defaultStrokeColor: "#2b3a4a", defaultLabelColor: "#2b3a4a" },
    textRenderer: { defaultStyle: FONT, externalStyle: FONT },
  });
  await made.importXML(await answer.text());
  viewer = made;
  colour();
  viewer.get("eventBus").on("element.click", ({ element }) => tell(ownId(element)));
  fit();
  const current = Object.keys(marks).find((id) => marks[id] === "is-current" && stepOf(id));
  if (!current) return;
  tell(current);
  if (made.get("canvas").zoom() < LEAST_READABLE) goTo(current);
}

// A diagram too large to be read whole opens where the case stands.
function goTo(id) {
  const canvas = viewer.get("canvas");
  canvas.zoom(LEAST_READABLE);
  const { x, y, width, height } = viewer.get("elementRegistry").get(id);
  const view = canvas.viewbox();
  const middle = { x: x + width / 2 - view.width / 2, y: y + height / 2 - view.height / 2 };
  canvas.viewbox({ ...middle, width: view.width, height: view.height });
}

// A name that stands beside its element is an element of its own.
function ownId(element) {
  return element.labelTarget ? element.labelTarget.id : element.id;
}

function stepOf(id) {
  return document.getElementById(`step-${box.dataset.process}-${id}`);
}

function colour() {
  const canvas = viewer.get("canvas");
  viewer.get("elementRegistry").forEach((element, drawn) => {
    const id = ownId(element);
    if (!(id in marks)) return;
    canvas.addMarker(element.id, marks[id]);
    const step = stepOf(id);
    if (!step || element.labelTarget) return;
    const words = [step.querySelector("b"), step.querySelector(".step-state")];
    drawn.setAttribute("tabindex", "0");
    drawn.setAttribute("role", "button");
    drawn.setAttribute("aria-label", words.map((word) => word.textContent.trim()).join("，"));
    drawn.addEventListener("focus", () => bringIntoView(element));
    drawn.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      tell(id);
    });
  });
}

function bringIntoView(element) {
  const view = viewer.get("canvas").viewbox();
  const inside = element.x >= view.x && element.y >= view.y
    && element.x + element.width <= view.x + view.width
    && element.y + element.height <= view.y + view.height;
  if (!inside) viewer.get("canvas").scrollToElement(element);
}

// Who did a step and when, in the words of the list below the picture.
function tell(id) {
  const step = stepOf(id);
  if (!step) return;
  for (const chosen of canvasBox.querySelectorAll(".is-chosen")) chosen.classList.remove("is-chosen");
  const drawn = viewer.get("elementRegistry").getGraphics(id);
  if (drawn) drawn.classList.add("is-chosen");
  const said = [...step.children].map((part) => part.cloneNode(true));
  if (id in called) {
    const link = Object.assign(document.createElement("a"), { href: called[id], className: "btn btn-outline-primary btn-sm" });
    link.textContent = box.dataset.drill;
    said.push(link);
  }
  panel.replaceChildren(...said);
}

function zoom(direction) {
  viewer.get("zoomScroll").stepZoom(direction);
}

function fit() {
  viewer.get("canvas").zoom("fit-viewport", "auto");
}

const KEYS = {
  "+": () => zoom(1),
  "=": () => zoom(1),
  "-": () => zoom(-1),
  0: fit,
  ArrowLeft: () => viewer.get("canvas").scroll({ dx: PAN, dy: 0 }),
  ArrowRight: () => viewer.get("canvas").scroll({ dx: -PAN, dy: 0 }),
  ArrowUp: () => viewer.get("canvas").scroll({ dx: 0, dy: PAN }),
  ArrowDown: () => viewer.get("canvas").scroll({ dx: 0, dy: -PAN }),
};

canvasBox.addEventListener("keydown", (event) => {
  if (!viewer || event.ctrlKey || event.metaKey || event.altKey || !(event.key in KEYS)) return;
  event.preventDefault();
  KEYS[event.key]();
});

function show(live) {
  box.hidden = !live;
  if (picture) picture.hidden = live;
  opener.setAttribute("aria-expanded", String(live));
  opener.textContent = live ? opener.dataset.close : opener.dataset.open;
}

opener.addEventListener("click", async () => {
  if (!box.hidden) {
    show(false);
    return;
  }
  show(true);
  try {
    if (viewer) fit();
    else await begin();
    canvasBox.focus();
  } catch {
    show(false);
    canvasBox.replaceChildren();
    box.after(Object.assign(document.createElement("p"), { className: "notice notice-soon", textContent: box.dataset.failed }));
    opener.hidden = true;
  }
});
for (const button of box.querySelectorAll("[data-key]")) {
  button.addEventListener("click", () => viewer && KEYS[button.dataset.key]());
}
opener.hidden = false;
