// Drags a bar to another quarter; it snaps to the columns. The keyboard has the same in the panel that a bar opens.
import { now, place, quartersOf } from "./rows.js";

const STILL = 5; // pixels within which a press is a click

export function dragging(board, moved) {
  if (!document.getElementById("plan-changes")) return; // whoever may not plan only looks
  board.addEventListener("pointerdown", (event) => {
    const bar = event.target.closest(".plan-bar");
    if (!bar || event.button !== 0) return;
    const row = bar.closest("tr");
    const width = quartersOf(board)[0].getBoundingClientRect().width;
    const from = now(row);
    const last = quartersOf(board).length - Number(row.dataset.span);
    let quarter = from;
    let dragged = false;
    const move = (at) => {
      const distance = at.clientX - event.clientX;
      if (!dragged && Math.abs(distance) < STILL) return;
      if (!dragged) bar.setPointerCapture(event.pointerId);
      dragged = true;
      quarter = Math.min(last, Math.max(0, from + Math.round(distance / width)));
      bar.classList.add("dragging");
      bar.style.transform = `translateX(${(quarter - from) * width}px)`;
      board.dataset.over = quartersOf(board)[quarter].textContent;
    };
    const end = () => {
      bar.removeEventListener("pointermove", move);
      bar.removeEventListener("pointerup", end);
      bar.removeEventListener("pointercancel", end);
      bar.classList.remove("dragging");
      bar.style.transform = "";
      if (!dragged) return;
      // The click that follows a drag opens nothing.
      bar.addEventListener("click", (click) => { click.preventDefault(); click.stopImmediatePropagation(); }, { once: true, capture: true });
      if (quarter === from) return;
      place(row, quarter);
      moved({ step: row.dataset.step, name: row.querySelector("th").textContent }, quarter);
    };
    bar.addEventListener("pointermove", move);
    bar.addEventListener("pointerup", end);
    bar.addEventListener("pointercancel", end);
  });
}
