// What stands beside the pointer, built as elements: the site's policy takes no style attribute, and text put into an
// element is never read as markup.
import { number } from "./theme.js";

// A line each; a line is what `append` takes, or a list of it.
export function told(...lines) {
  const place = document.createElement("div");
  for (const line of lines) {
    const row = document.createElement("div");
    row.append(...[line].flat());
    place.append(row);
  }
  return place;
}

export function strong(words) {
  return Object.assign(document.createElement("b"), { textContent: words });
}

// Names with their figures, each behind the colour of its mark: [{colour?, name, value}].
export function figures(head, rows) {
  const place = told(head);
  for (const { colour, name, value } of rows) {
    const row = Object.assign(document.createElement("div"), { className: "tip-row" });
    if (colour) row.append(dot(colour));
    row.append(Object.assign(document.createElement("span"), { textContent: name }), strong(value));
    place.append(row);
  }
  return place;
}

// Of an axis: every series at that place.
export function atPlace(points) {
  const value = (point) => number(Array.isArray(point.value) ? point.value[1] : point.value);
  return figures(points[0].axisValueLabel, points.map((one) => ({ colour: one.color, name: one.seriesName, value: value(one) })));
}

function dot(colour) {
  const mark = Object.assign(document.createElement("span"), { className: "tip-dot" });
  mark.style.backgroundColor = colour;
  return mark;
}
