// Marks the fields that the check found wrong, where they stand.

export function wishes(root) {
  const found = root.querySelector("#wishes-check") ?? (root.id === "wishes-check" ? root : null);
  if (!found) return;
  const wrong = new Set((found.querySelector("[data-wrong]")?.dataset.wrong ?? "").split(" ").filter(Boolean));
  for (const field of document.querySelectorAll("#wishes-form [name]")) {
    const bad = wrong.has(field.name);
    field.classList.toggle("is-invalid", bad);
    if (bad) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
}
