// A control chart: points, centre line, limits that may step, signals in red.
import { axisLook, number, RED, SOFT, tip } from "./theme.js";
import { strong, told } from "./tips.js";

// {x: [...], values, centre, lower: number | list | null, upper: likewise, signals: [index], name, unit}
export function control(chart) {
  const along = chart.x.map(String);
  const spread = (limit) => (Array.isArray(limit) ? limit : along.map(() => limit));
  const signals = new Set(chart.signals ?? []);
  const rule = (values, colour, type) => ({
    type: "line", data: values, symbol: "none", silent: true, step: "middle", lineStyle: { color: colour, type, width: 1 },
    tooltip: { show: false }, z: 1,
  });
  return {
    grid: { left: 12, right: 20, top: 34, bottom: along.length > 60 ? 34 : 8, containLabel: true },
    tooltip: { ...tip, trigger: "axis", formatter: (points) => at(points[0], chart) },
    dataZoom: along.length > 60 ? [{ type: "slider", bottom: 4, height: 16, showDetail: false, brushSelect: false }] : undefined,
    xAxis: { type: "category", data: along, ...axisLook, splitLine: { show: false } },
    yAxis: {
      type: "value", scale: true, name: chart.unit ?? "", ...axisLook, axisLabel: { ...axisLook.axisLabel, formatter: number },
    },
    series: [
      {
        name: chart.name ?? "", type: "line", z: 3, lineStyle: { width: 1.2 }, symbol: "circle",
        showSymbol: along.length < 300, showAllSymbol: along.length < 300,
        data: chart.values.map((value, index) => ({
          value, symbolSize: signals.has(index) ? 9 : 4, itemStyle: signals.has(index) ? { color: RED } : undefined,
        })),
      },
      // Of a long series only the signals are dots.
      {
        type: "scatter", z: 4, symbolSize: 6, itemStyle: { color: RED }, silent: true,
        data: along.length < 300 ? [] : [...signals].map((index) => [index, chart.values[index]]),
      },
      rule(spread(chart.centre), SOFT, "solid"),
      ...[chart.lower, chart.upper].filter((limit) => limit !== null && limit !== undefined)
        .map((limit) => rule(spread(limit), RED, "dashed")),
    ],
  };
}

function at({ dataIndex, axisValue }, chart) {
  const there = (limit) => (Array.isArray(limit) ? limit[dataIndex] : limit);
  const limits = [chart.lower, chart.centre, chart.upper].map(there).map(number).join(" · ");
  return told(axisValue, [strong(number(chart.values[dataIndex])), ` ${chart.unit ?? ""}`], limits);
}
