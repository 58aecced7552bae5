// Keyboard: / and Ctrl+K search, ? shows the keys, g and a letter goes to a page of the menu.
import { openPalette } from "./palette.js";

const PATIENCE = 1200;
let going = 0;

function typing(target) {
  return target.closest("input, textarea, select, [contenteditable], dialog[open]");
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openPalette();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (Date.now() - going < PATIENCE) {
    going = 0;
    const key = event.key === "b" ? "#bell > summary" : `.side-link[data-key="${CSS.escape(event.key)}"]`;
    const found = document.querySelector(key);
    if (found) {
      event.preventDefault();
      event.stopImmediatePropagation();
      found.click();
    }
    return;
  }
  if (event.key === "g") {
    going = Date.now();
  } else if (event.key === "/") {
    event.preventDefault();
    openPalette();
  } else if (event.key === "?") {
    event.preventDefault();
    document.getElementById("shortcuts")?.showModal();
  }
}, true);
