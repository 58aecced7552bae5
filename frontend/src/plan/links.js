// Draws what must be finished first as lines between bars, and today as an upright line, over the table.
import { quartersOf, rowOf } from "./rows.js";

const NAMESPACE = "http://www.w3.org/2000/svg";

export function links(board) {
  const known = JSON.parse(document.getElementById("plan-links").textContent);
  const sheet = board.querySelector("svg.plan-links");

  function draw() {
    const frame = board.getBoundingClientRect();
    sheet.setAttribute("width", board.scrollWidth);
    sheet.setAttribute("height", board.scrollHeight);
    sheet.replaceChildren();
    for (const [before, after] of known.links) {
      const from = rowOf(board, before)?.querySelector(".plan-bar")?.getBoundingClientRect();
      const to = rowOf(board, after)?.querySelector(".plan-bar")?.getBoundingClientRect();
      if (!from || !to) continue;
      const [x1, y1] = [from.right - frame.left, from.top + from.height / 2 - frame.top];
      const [x2, y2] = [to.left - frame.left, to.top + to.height / 2 - frame.top];
      const turn = Math.max(x1 + 7, x2 - 7);
      const path = line("path", { d: `M${x1} ${y1}H${turn}V${y2}H${x2}`, class: x2 < x1 - 1 ? "broken" : "" });
      sheet.append(path, line("path", { d: `M${x2 - 5} ${y2 - 3}L${x2} ${y2}L${x2 - 5} ${y2 + 3}`, class: "head" }));
    }
    if (known.today !== null) {
      const column = quartersOf(board)[Math.floor(known.today)].getBoundingClientRect();
      const x = column.left - frame.left + (known.today % 1) * column.width;
      sheet.append(line("line", { x1: x, x2: x, y1: 0, y2: board.scrollHeight, class: "today" }));
      const name = line("text", { x: x + 4, y: 12, class: "today-name" });
      name.textContent = known.todayName;
      sheet.append(name);
    }
  }

  draw();
  new ResizeObserver(draw).observe(board);
  return draw;
}

function line(kind, attributes) {
  const shape = document.createElementNS(NAMESPACE, kind);
  for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, value);
  return shape;
}
