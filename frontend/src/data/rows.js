// A click on a heading sorts: the wish goes into the form, which asks the server.
document.addEventListener("click", (event) => {
  const heading = event.target.closest("#rows-table .sort");
  if (!heading) return;
  document.getElementById("rows-sort").value = heading.dataset.sort;
  window.htmx.trigger("#rows-form", "submit");
});

// The filters are redrawn with the rows: the one being typed in keeps its cursor.
let typing = null;
document.addEventListener("htmx:beforeSwap", (event) => {
  const active = document.activeElement;
  typing = event.detail.target.id === "rows-table" && active?.name?.startsWith("f_")
    ? { name: active.name, start: active.selectionStart }
    : null;
});
document.addEventListener("htmx:afterSettle", () => {
  if (!typing) return;
  const field = document.querySelector(`#rows-table [name="${typing.name}"]`);
  field?.focus();
  if (field?.setSelectionRange && typing.start !== undefined) field.setSelectionRange(typing.start, typing.start);
  typing = null;
});
