// Ticking questions to assign.
export function table() {
  const bar = document.getElementById("assign");
  if (!bar) return;
  const boxes = [...document.querySelectorAll('input[name=question][form="assign"]')];
  const count = () => { bar.querySelector("[data-ticked]").textContent = boxes.filter((one) => one.checked).length; };
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-tick-all]")) {
      for (const one of event.target.closest("section").querySelectorAll("input[name=question]")) one.checked = event.target.checked;
    }
    count();
  });
  count();
}
