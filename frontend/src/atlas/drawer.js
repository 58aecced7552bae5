// The card beside the map. The address follows, so that a chosen scenario can be sent to somebody.
export function drawer(onClose) {
  const place = document.getElementById("card-drawer");
  let before = null;

  function follow(name) {
    const address = new URL(window.location);
    if (name) address.searchParams.set("scenario", name);
    else address.searchParams.delete("scenario");
    window.history.replaceState(null, "", address);
  }

  function open(url, name) {
    before = document.activeElement;
    place.hidden = false;
    follow(name.includes("/") ? name : "");
    window.htmx.ajax("GET", url, "#card").then(() => (place.scrollTop = 0));
  }

  function close() {
    if (place.hidden) return;
    place.hidden = true;
    follow("");
    onClose();
    before?.focus?.();
  }

  document.getElementById("drawer-close").addEventListener("click", close);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !document.querySelector("details.menu[open]")) close();
  });
  return { open, close, width: () => place.offsetWidth };
}
