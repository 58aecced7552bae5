// Short words after something was done, with a way back. An htmx answer brings them by its HX-Trigger header.
const SECONDS = 8;

function place() {
  let found = document.getElementById("toasts");
  if (!found) {
    found = document.createElement("div");
    found.id = "toasts";
    found.setAttribute("role", "status");
    document.body.append(found);
  }
  return found;
}

export function toast({ words, undo, target }) {
  const one = document.createElement("div");
  one.className = "toast-word";
  const text = document.createElement("span");
  text.textContent = words;
  one.append(text);
  const close = () => one.remove();
  let waiting = setTimeout(close, SECONDS * 1000);
  // Whoever reads it or is about to press it has all the time they need.
  one.addEventListener("pointerenter", () => clearTimeout(waiting));
  one.addEventListener("focusin", () => clearTimeout(waiting));
  one.addEventListener("pointerleave", () => (waiting = setTimeout(close, SECONDS * 1000)));
  if (undo) {
    const back = document.createElement("button");
    back.type = "button";
    back.textContent = document.body.dataset.undo;
    back.addEventListener("click", () => {
      close();
      window.htmx.ajax("POST", undo, { target, swap: "innerHTML" });
    });
    one.append(back);
  }
  place().append(one);
}

document.addEventListener("tujing:toast", (event) => toast(event.detail));
