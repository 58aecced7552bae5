// Pages of projects: refused forms told in one place, the board, bars over time, ticking all.
import { board } from "./delivery/board.js";
import { gantts } from "./delivery/gantt.js";
import "./forms/refused.js";

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-tick-all]")) return;
  for (const box of event.target.closest("table").querySelectorAll('tbody input[type="checkbox"]')) box.checked = event.target.checked;
});

board();
gantts(document);
document.addEventListener("htmx:afterSettle", () => gantts(document));
