// What every page has: htmx with the CSRF token, menus that close, forms that say they are working.
import htmx from "htmx.org";

import "./shell/frame.js";
import "./shell/keys.js";
import "./shell/mention.js";
import "./shell/scrolling.js";
import { toast } from "./shell/toasts.js";
import "./shell/tour.js";

window.htmx = htmx;

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = document.querySelector('meta[name="csrf"]').content;
});

// A refused form comes back with status 422 and its problems in place: show it.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status === 422) {
    // Where the place of the answer holds what somebody is writing, the problem must not take it away.
    if (event.detail.requestConfig.elt.closest("[data-refused=toast]")) {
      const answer = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
      toast({ words: [...answer.querySelectorAll("li")].map((one) => one.textContent.trim()).join(" ") });
      return;
    }
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});

// A plain form is sent once: a second click while the first is under way would repeat it.
document.addEventListener("submit", (event) => {
  for (const button of event.target.querySelectorAll("button[data-once]")) {
    setTimeout(() => {
      button.disabled = true;
      button.setAttribute("aria-busy", "true");
    });
  }
  if (event.target.dataset.confirm && !window.confirm(event.target.dataset.confirm)) event.preventDefault();
});

window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button[data-once][aria-busy]")) {
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }
});
