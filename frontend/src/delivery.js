// Pages of projects: refused forms told in one place, the board, bars over time, ticking all.
import { board } from "./delivery/board.js";
import { gantts } from "./delivery/gantt.js";

// A refusal is told at the head of the page and the form stays as it was filled in.
document.addEventListener("htmx:beforeSwap", (event) => {
  const place = document.getElementById("refused");
  if (!place) return;
  if (event.detail.xhr.status === 422) {
    event.detail.target = place;
    event.detail.swapOverride = "innerHTML";
    place.scrollIntoView({ block: "center" });
    document.dispatchEvent(new CustomEvent("refused"));
  } else if (event.detail.xhr.status < 300) {
    place.replaceChildren();
  }
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-tick-all]")) return;
  for (const box of event.target.closest("table").querySelectorAll('tbody input[type="checkbox"]')) box.checked = event.target.checked;
});

board();
gantts(document);
document.addEventListener("htmx:afterSettle", () => gantts(document));
