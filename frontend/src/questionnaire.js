// Answer with the keys 1–9; the focus then moves to the next question.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const question = document.activeElement?.closest?.(".question");
  if (!question || event.target.matches("textarea, input[type=text], input[type=number]")) return;
  if (event.key === "n" || event.key === "p") {
    step(question, event.key === "n" ? 1 : -1);
    event.preventDefault();
    return;
  }
  const choice = Number(event.key);
  if (!Number.isInteger(choice) || choice < 1) return;
  const input = question.querySelectorAll("input[type=radio], input[type=checkbox]")[choice - 1];
  if (!input || input.disabled) return;
  input.click();
  event.preventDefault();
  if (input.type === "radio") step(question, 1);
});

function step(question, by) {
  const all = [...document.querySelectorAll(".question")];
  const next = all[all.indexOf(question) + by];
  if (!next) return;
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}
