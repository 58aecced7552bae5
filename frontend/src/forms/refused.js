// A refusal is told at the head of the page and the form stays as it was filled in.
document.addEventListener("htmx:beforeSwap", (event) => {
  const place = document.getElementById("refused");
  if (!place) return;
  if (event.detail.xhr.status === 422) {
    event.detail.target = place;
    event.detail.swapOverride = "innerHTML";
    place.scrollIntoView({ block: "center" });
    document.dispatchEvent(new CustomEvent("refused"));
  } else if (event.detail.xhr.status < 300) {
    place.replaceChildren();
  }
});
