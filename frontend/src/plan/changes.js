// What is to be changed gathers in one list; only "plan again" sends it. Every change can be taken back by itself.
import { place, quartersOf, rowOf } from "./rows.js";

export function changes(form, board) {
  if (!form) return null;
  const list = form.querySelector("ul");
  const known = new Map(); // step → {kind, name, quarter}
  let redraw = () => {};

  function add(kind, step, name, quarter) {
    known.set(step, { kind, name, quarter });
    const row = rowOf(board, step);
    if (row && kind === "start") place(row, quarter);
    show();
  }

  function remove(step) {
    known.delete(step);
    const row = rowOf(board, step);
    if (row) place(row, Number(row.dataset.start));
    show();
  }

  function show() {
    form.hidden = known.size === 0;
    list.replaceChildren(...[...known].map(([step, change]) => line(step, change)));
    for (const row of board.querySelectorAll("tr[data-step]")) row.classList.toggle("banned", known.get(row.dataset.step)?.kind === "forbid");
    redraw();
  }

  function line(step, { kind, name, quarter }) {
    const item = document.createElement("li");
    const words = { start: list.dataset.startWord, pin: list.dataset.pinWord, forbid: list.dataset.forbidWord, free: list.dataset.freeWord }[kind];
    const value = kind === "start" ? `${step}=${quarter}` : step;
    item.append(`${name.trim()}: ${words}${kind === "start" ? ` ${quartersOf(board)[quarter].textContent}` : ""} `);
    const input = Object.assign(document.createElement("input"), { type: "hidden", name: kind, value });
    const undo = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm", textContent: list.dataset.undoWord });
    undo.addEventListener("click", () => remove(step));
    item.append(input, undo);
    return item;
  }

  form.querySelector("[data-clear]").addEventListener("click", () => [...known.keys()].forEach(remove));
  // The forms of the panel plan again by themselves where scripts are off; here they only add to the list.
  document.addEventListener("submit", (event) => {
    const asked = event.target.closest("form[data-change]");
    if (!asked) return;
    event.preventDefault();
    const { change, step, name } = asked.dataset;
    add(change, step, name, change === "start" ? Number(asked.elements.start.value.split("=").at(-1)) : undefined);
    form.scrollIntoView({ block: "nearest" });
    form.querySelector("button.btn-primary").focus({ preventScroll: true });
  });
  return { add, onMoved: (action) => { redraw = action; } };
}
