// Filters and legend: what does not fit fades, and a count tells how much is left.
export function filters(map, legend, recolour) {
  const form = document.getElementById("atlas-filter");
  const count = document.getElementById("atlas-count");
  const nodes = map.nodes(".node");
  const wishes = [...form.querySelectorAll("[data-filter]")];
  const states = new Set();

  function fits(data) {
    const colouring = legend.dataset.colouring;
    if (states.size && !states.has(data.states[colouring])) return false;
    return wishes.every((wish) => {
      const value = wish.type === "checkbox" ? wish.checked : wish.value.trim().toLowerCase();
      if (!value) return true;
      switch (wish.dataset.filter) {
        case "words": return data.words.includes(value);
        case "industries": return data.industries.some((one) => one.toLowerCase() === value);
        case "runnable": return data.runnable;
        default: return (data[wish.dataset.filter] ?? "").toLowerCase() === value;
      }
    });
  }

  function apply() {
    map.batch(() => {
      const left = nodes.filter((node) => fits(node.data()));
      map.elements().removeClass("out");
      nodes.difference(left).addClass("out").connectedEdges().addClass("out");
      count.textContent = `${left.length} / ${nodes.length} ${count.dataset.words}`;
    });
  }

  form.addEventListener("input", (event) => event.target.dataset.filter && apply());
  form.addEventListener("submit", (event) => event.submitter && event.preventDefault());

  function show(colouring) {
    states.clear();
    for (const key of legend.querySelectorAll(".key")) key.setAttribute("aria-pressed", "false");
    for (const list of legend.querySelectorAll("[data-legend]")) list.hidden = list.dataset.legend !== colouring;
    for (const button of legend.querySelectorAll("[data-colour]")) {
      const chosen = button.dataset.colour === colouring;
      button.classList.toggle("btn-primary", chosen);
      button.setAttribute("aria-pressed", String(chosen));
    }
    for (const link of document.querySelectorAll("[data-poster]")) {
      const address = new URL(link.href);
      address.searchParams.set("colour", colouring);
      link.href = address;
    }
    recolour(colouring);
    apply();
  }

  legend.addEventListener("click", (event) => {
    const button = event.target.closest("[data-colour]");
    const key = event.target.closest(".key");
    if (button) show(button.dataset.colour);
    if (key) {
      const pressed = key.getAttribute("aria-pressed") !== "true";
      key.setAttribute("aria-pressed", String(pressed));
      if (pressed) states.add(key.dataset.state);
      else states.delete(key.dataset.state);
      apply();
    }
  });
  show(legend.dataset.colouring);
}
