// A fitted Gaussian process that answers while a slider moves: value with its error bar, and the curve along one input.
import { axisLook, number, PALETTE, SOFT, tip } from "./theme.js";
import { atPlace } from "./tips.js";

const STEPS = 40;

// {inputs: [{name, low, high, start, unit}], outputs: [{name, unit, points, weights, mean, scale, lengths, noise, inverse}]}
// Draws the sliders into `place` and calls `redraw(option)` at each move.
export function surrogate(chart, place, redraw) {
  const at = chart.inputs.map((one) => scaled(one, one.start));
  let shown = 0;
  const panel = document.createElement("div");
  panel.className = "sliders";
  const answers = document.createElement("div");
  answers.className = "slider-answers";
  answers.setAttribute("aria-live", "polite");
  panel.append(answers);
  chart.inputs.forEach((one, index) => panel.append(slider(one, at, index, () => {
    shown = index;
    update();
  })));
  place.before(panel);

  function update() {
    answers.replaceChildren(...chart.outputs.map((output) => {
      const [middle, spread] = predict(output, at);
      const line = document.createElement("div");
      const name = document.createElement("span");
      const value = document.createElement("b");
      name.textContent = `${output.name} `;
      value.textContent = `${number(middle)} ± ${number(1.96 * spread)} ${output.unit ?? ""}`;
      line.append(name, value);
      return line;
    }));
    redraw(curve(chart, at, shown));
  }
  update();
}

function slider(one, at, index, changed) {
  const line = document.createElement("label");
  const name = document.createElement("span");
  const input = document.createElement("input");
  input.type = "range";
  input.min = one.low;
  input.max = one.high;
  input.step = (one.high - one.low) / 200;
  input.value = one.start;
  const tell = () => (name.textContent = `${one.name}: ${number(Number(input.value))} ${one.unit ?? ""}`);
  input.addEventListener("input", () => {
    at[index] = scaled(one, Number(input.value));
    tell();
    changed();
  });
  tell();
  line.append(name, input);
  return line;
}

function scaled(one, value) {
  return one.high > one.low ? (value - one.low) / (one.high - one.low) : 0;
}

// Mean and standard deviation of a Gaussian process with a squared-exponential kernel of unit variance.
function predict(output, at) {
  const near = output.points.map((point) => Math.exp(
    -0.5 * point.reduce((sum, value, index) => sum + ((value - at[index]) / output.lengths[index]) ** 2, 0),
  ));
  const middle = near.reduce((sum, one, index) => sum + one * output.weights[index], 0);
  let explained = 0;
  for (let row = 0; row < near.length; row += 1) {
    let sum = 0;
    const weights = output.inverse[row];
    for (let column = 0; column < near.length; column += 1) sum += weights[column] * near[column];
    explained += near[row] * sum;
  }
  const variance = Math.max(0, 1 - explained) + (output.noise ?? 0);
  return [output.mean + output.scale * middle, output.scale * Math.sqrt(variance)];
}

function curve(chart, at, index) {
  const one = chart.inputs[index];
  const output = chart.outputs[0];
  const points = Array.from({ length: STEPS + 1 }, (_, step) => {
    const there = [...at];
    there[index] = step / STEPS;
    const [middle, spread] = predict(output, there);
    return [one.low + (one.high - one.low) * there[index], middle, spread];
  });
  const [here] = predict(output, at);
  return {
    grid: { left: 12, right: 20, top: 30, bottom: 26, containLabel: true },
    tooltip: { ...tip, trigger: "axis", formatter: atPlace },
    xAxis: { type: "value", min: one.low, max: one.high, name: `${one.name} ${one.unit ?? ""}`, nameLocation: "middle", nameGap: 26, ...axisLook },
    yAxis: { type: "value", scale: true, name: `${output.name} ${output.unit ?? ""}`, ...axisLook, nameTextStyle: { color: SOFT, align: "left" } },
    series: [
      { type: "line", stack: "band", symbol: "none", silent: true, lineStyle: { opacity: 0 }, tooltip: { show: false }, stackStrategy: "all", data: points.map(([x, m, s]) => [x, m - 1.96 * s]) },
      { type: "line", stack: "band", symbol: "none", silent: true, lineStyle: { opacity: 0 }, areaStyle: { color: PALETTE[0], opacity: 0.15 }, tooltip: { show: false }, stackStrategy: "all", data: points.map(([x, , s]) => [x, 3.92 * s]) },
      { name: output.name, type: "line", symbol: "none", data: points.map(([x, m]) => [x, m]), color: PALETTE[0] },
      { type: "scatter", symbolSize: 11, data: [[one.low + (one.high - one.low) * at[index], here]], color: PALETTE[6], tooltip: { show: false } },
    ],
  };
}
