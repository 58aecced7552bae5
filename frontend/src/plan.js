// The plan's pages: bars that can be dragged, changes that gather until one plans again, a form checked in place.
import { dragging } from "./plan/drag.js";
import { changes } from "./plan/changes.js";
import { links } from "./plan/links.js";
import { wishes } from "./plan/wishes.js";

function start(root) {
  const board = root.querySelector("#plan-board:not([data-ready])");
  if (board) {
    board.dataset.ready = "true";
    const list = changes(document.getElementById("plan-changes"), board);
    const redraw = links(board);
    dragging(board, (bar, quarter) => {
      list?.add("start", bar.step, bar.name, quarter);
      redraw();
    });
    list?.onMoved(redraw);
  }
  wishes(root);
}

start(document);
document.addEventListener("htmx:afterSettle", (event) => start(event.detail.target.parentElement ?? document));
