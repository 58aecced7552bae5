// Dragging a card to a column opens its own form with that decision chosen: the reason is still asked for.

const MOVES = { waiting: ["reinstate", "wait"], withdrawn: ["withdraw"] };

export function board() {
  const place = document.querySelector("[data-board]");
  if (!place) return;
  let dragged = null;
  place.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-card]");
    dragged?.classList.add("is-dragged");
  });
  place.addEventListener("dragend", () => {
    dragged?.classList.remove("is-dragged");
    for (const column of place.querySelectorAll(".is-over")) column.classList.remove("is-over");
    dragged = null;
  });
  place.addEventListener("dragover", (event) => {
    const column = event.target.closest("[data-column]");
    for (const one of place.querySelectorAll(".is-over")) if (one !== column) one.classList.remove("is-over");
    if (!column || !dragged) return;
    event.preventDefault();
    column.classList.add("is-over");
  });
  place.addEventListener("drop", (event) => {
    const column = event.target.closest("[data-column]");
    if (!column || !dragged) return;
    event.preventDefault();
    if (!column.contains(dragged)) decide(place, dragged, column.dataset.column);
  });
}

function decide(place, card, column) {
  const form = card.querySelector("form");
  const wanted = MOVES[column] ?? ["begin"];
  const option = [...form.elements.to.options].find((one) => wanted.includes(one.value));
  if (!option) {
    const told = document.createElement("div");
    told.className = "notice notice-error";
    told.setAttribute("role", "alert");
    told.textContent = place.dataset.gateWords;
    document.getElementById("refused").replaceChildren(told);
    return;
  }
  option.selected = true;
  card.querySelector("details").open = true;
  form.elements.reason.focus();
}
