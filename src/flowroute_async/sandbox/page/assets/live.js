// Keeps the page as the sandbox is: fetches it anew each second, and renews what is marked as live.
// What the reader holds (focus, a selection, a picture opened, a field half filled in) is left alone until it is let go.
"use strict";

const PAUSE = 1000;
const SHARE = 10; // An account so large that it is slow to show is asked for more seldom.
const connection = document.getElementById("connection");

function isHeld(element) {
  const selection = getSelection();
  return (
    element.contains(document.activeElement) ||
    element.querySelector("details[open]") !== null ||
    (!selection.isCollapsed && selection.containsNode(element, true)) ||
    [...element.querySelectorAll("input, textarea")].some((field) => field.value !== field.defaultValue)
  );
}

function renewWhole(shown, fresh) {
  if (!shown.isEqualNode(fresh) && !isHeld(shown)) shown.replaceChildren(...fresh.childNodes);
}

// Item by item, so that a screen reader reads out the new one only.
function renewItems(shown, fresh) {
  const items = [...fresh.children];
  const ids = new Set(items.map((item) => item.id));
  for (const old of [...shown.children]) {
    if (!ids.has(old.id) && !isHeld(old)) old.remove();
  }
  let next = shown.firstElementChild;
  for (const item of items) {
    const old = document.getElementById(item.id);
    if (old === null) {
      shown.insertBefore(item, next);
      continue;
    }
    next = old.nextElementSibling;
    if (!old.isEqualNode(item) && !isHeld(old)) old.replaceWith(item);
  }
}

async function renew() {
  const started = performance.now();
  if (!document.hidden) {
    let trouble = "";
    try {
      const response = await fetch(location.href);
      if (!response.ok) throw new Error(response.statusText);
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      for (const shown of document.querySelectorAll("[data-live]")) {
        const fresh = page.getElementById(shown.id);
        if (fresh !== null) (shown.dataset.live === "items" ? renewItems : renewWhole)(shown, fresh);
      }
    } catch {
      trouble = "The sandbox does not answer. This page shows how it was.";
    }
    if (connection.textContent !== trouble) connection.textContent = trouble;
  }
  setTimeout(renew, Math.max(PAUSE, SHARE * (performance.now() - started)));
}

// Where the clipboard is out of reach, the text is selected instead, to be copied by hand.
async function copy(source, notice) {
  try {
    await navigator.clipboard.writeText(source.textContent);
    notice.textContent = "Copied.";
  } catch {
    getSelection().selectAllChildren(source);
    notice.textContent = "Selected: copy it.";
  }
}

for (const button of document.querySelectorAll("[data-copies]")) {
  button.hidden = false;
  button.addEventListener("click", () =>
    copy(document.getElementById(button.dataset.copies), button.nextElementSibling),
  );
}

setTimeout(renew, PAUSE);
