// A row of the chart: where its bar begins, how long it is, and how to set it elsewhere.

export function rowOf(board, step) {
  return [...board.querySelectorAll("tr[data-step]")].find((row) => row.dataset.step === step);
}

export function quartersOf(board) {
  return [...board.querySelectorAll("thead th[data-quarter]")];
}

// Puts the bar into another quarter by moving the empty cells around it.
export function place(row, start) {
  const bar = row.querySelector(".plan-cell");
  const cells = [...row.children].filter((cell) => cell.tagName === "TD" && cell !== bar);
  for (const cell of cells) cell.remove();
  cells.forEach((cell, index) => (index < start ? bar.before(cell) : row.append(cell)));
  row.dataset.now = start;
  row.classList.toggle("moved", start !== Number(row.dataset.start));
}

export function now(row) {
  return Number(row.dataset.now ?? row.dataset.start);
}
