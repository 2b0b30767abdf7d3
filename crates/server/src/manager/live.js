// Keeps an open page as the server would draw it now. Without JavaScript, loading the page again does the same.
"use strict";

// What was done is told once: loading the page again does not tell it again.
const here = new URL(location);
if (here.searchParams.has("done")) {
  here.searchParams.delete("done");
  history.replaceState(null, "", here);
}

let drawing = false;
let behind = false;
// By id: what the server drew last. What is on the page differs from it by what the user has opened and typed.
const drawn = new Map();
for (const part of document.querySelectorAll("[data-live]")) drawn.set(part.id, part.innerHTML);

async function draw() {
  behind = drawing;
  if (drawing) return;
  drawing = true;
  try {
    const answer = await fetch(location.href);
    if (answer.ok) swap(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    // The server is not there: the next event after it is back draws the page.
  } finally {
    drawing = false;
    if (behind) draw();
  }
}

function swap(fresh) {
  for (const old of document.querySelectorAll("[data-live]")) {
    const now = fresh.getElementById(old.id);
    if (!now || now.innerHTML === drawn.get(old.id)) continue;
    const focused = old.contains(document.activeElement) && document.activeElement.id;
    const open = [...old.querySelectorAll("details[open][id]")].map((details) => details.id);
    const typed = [...old.querySelectorAll("textarea[id], input[id]")].map((field) => [field.id, field.value]);
    drawn.set(old.id, now.innerHTML);
    old.replaceChildren(...now.childNodes);
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    for (const [id, value] of typed) {
      const field = document.getElementById(id);
      if (field) field.value = value;
    }
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  }
}

// A page that nobody sees listens to nothing.
let events = null;

function listen() {
  events?.close();
  events = null;
  if (document.hidden) return;
  events = new EventSource("/manager/live");
  events.addEventListener("changed", draw);
}

document.addEventListener("visibilitychange", listen);
listen();
