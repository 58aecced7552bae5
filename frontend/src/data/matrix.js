// A cell of the readiness matrix tells why it is as it is, and leads to the one next step.
const place = () => document.getElementById("cell-card");
let opened = null;

function show(cell) {
  const card = place();
  const state = ["ready", "partly", "missing"].find((one) => cell.classList.contains(`cell-${one}`));
  const link = card.querySelector("#cell-link");
  const address = card.dataset.url.replace("ELEMENT", cell.dataset.element);
  const column = cell.dataset.column;
  card.querySelector("#cell-title").textContent = cell.getAttribute("aria-label");
  card.querySelector("#cell-why").textContent = cell.dataset.why;
  link.textContent = link.dataset[state];
  link.href = state === "missing" ? `${address}#import` : column ? `${address}?column=${column}#columns` : address;
  card.hidden = false;
  const at = cell.getBoundingClientRect();
  const room = document.documentElement;
  card.style.left = `${Math.min(at.left, room.clientWidth - card.offsetWidth - 12)}px`;
  const below = at.bottom + 6 + card.offsetHeight < room.clientHeight;
  card.style.top = `${below ? at.bottom + 6 : at.top - card.offsetHeight - 6}px`;
  opened = cell;
  link.focus();
}

function close() {
  const card = place();
  if (!card || card.hidden) return;
  card.hidden = true;
  opened?.focus();
}

document.addEventListener("click", (event) => {
  const cell = event.target.closest(".matrix .cell");
  if (cell) show(cell);
  else if (event.target.closest("#cell-close") || !event.target.closest("#cell-card")) close();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
  const cell = event.target.closest?.(".matrix .cell");
  const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
  if (!cell || !step) return;
  // Empty places are passed over, in a row and in a column.
  const rows = [...cell.closest("tbody").rows];
  let row = rows.indexOf(cell.closest("tr"));
  let column = cell.closest("td").cellIndex;
  for (;;) {
    row += step[0];
    column += step[1];
    const found = rows[row]?.cells[column];
    if (!found) return;
    const next = found.querySelector(".cell");
    if (next) {
      event.preventDefault();
      next.focus();
      return;
    }
  }
});
