// The side panel of a question (evidence, comments, history), and files dropped on a question or into the panel.
let after = null; // what to do once the panel's content is there

export function panel() {
  const box = document.getElementById("panel");
  if (!box) return;
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do=evidence]");
    if (button) open(button);
    if (event.target === box || event.target.closest("[data-close]")) box.close();
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "panel-body") return;
    if (!box.open) box.showModal();
    const of = box.querySelector("[data-of]");
    if (of) for (const place of document.querySelectorAll(`[data-count="${CSS.escape(of.dataset.of)}"]`)) place.textContent = of.textContent;
    after?.();
    after = null;
  });
  for (const kind of ["dragover", "dragleave", "drop"]) document.addEventListener(kind, (event) => dragged(kind, event));
}

export function open(button, then = null) {
  after = then;
  window.htmx.trigger(button, "evidence");
}

// Opens the panel at its field for a comment.
export function comment(button) {
  open(button, () => document.getElementById("add-comment")?.focus());
}

function dragged(kind, event) {
  if (![...(event.dataTransfer?.types ?? [])].includes("Files")) return;
  const form = event.target.closest?.("[data-drop]");
  const place = form ?? event.target.closest?.("[data-card], tr[id^=row-]");
  // A file dropped beside would take the page away.
  if (kind !== "dragleave") event.preventDefault();
  if (!place) return;
  place.classList.toggle("drop-over", kind === "dragover");
  if (kind !== "drop") return;
  const { files } = event.dataTransfer;
  if (form) put(form, files);
  else {
    const button = place.querySelector("[data-do=evidence]");
    if (button) open(button, () => put(document.querySelector("#panel [data-drop]"), files));
  }
}

function put(form, files) {
  if (!form) return; // a viewer, or a submitted assessment
  form.querySelector("input[type=file]").files = files;
  form.requestSubmit();
}
