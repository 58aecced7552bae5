// Things and what joins them: a process, a supply network, routes on a plane.
import { token } from "../shell/colours.js";
import { layers } from "./layers.js";
import { axisLook, clip, INK, number, PALETTE, PAPER, RED, SOFT, tip } from "./theme.js";
import { strong, told } from "./tips.js";

// {nodes: [{id, name, x?, y?, size?, level: 0–1?, kind?}], edges: [{source, target, weight?, label?}]}
export function graph(chart, place) {
  const placed = chart.nodes.every((one) => one.x !== undefined && one.x !== null);
  const spots = placed
    ? new Map(chart.nodes.map((one) => [one.id, [one.x, one.y]]))
    : layers(chart.nodes, chart.edges, place.clientWidth || 900, place.clientHeight || 420);
  const heaviest = Math.max(...chart.edges.map((one) => one.weight ?? 1), 1e-9);
  const largest = Math.max(...chart.nodes.map((one) => one.size ?? 1), 1e-9);
  const kinds = [...new Set(chart.nodes.map((one) => one.kind).filter(Boolean))];
  const crowded = chart.nodes.length > 40;
  // Edges that weigh the same are all thin; a thick line is to mean something.
  const weighted = chart.edges.some((one) => (one.weight ?? 1) !== heaviest);
  const thick = chart.edges.map((one) => (weighted ? (one.weight ?? 1) / heaviest : 0.1));
  const faint = chart.edges.length > 120 ? 0.12 : 0.3;
  const labelled = chart.edges.length <= 30;
  return {
    tooltip: {
      ...tip,
      formatter: (point) => {
        const one = point.data.one;
        if (point.dataType === "edge") return told(point.data.names, one.label ?? number(one.weight ?? 1));
        return told(strong(one.name ?? one.id), ...(one.size ? [number(one.size)] : []), ...(one.detail ? [one.detail] : []));
      },
    },
    legend: { show: kinds.length > 1, bottom: 0, data: kinds, textStyle: { color: SOFT } },
    series: [{
      type: "graph", layout: "none", roam: true, scaleLimit: { min: 0.4, max: 8 }, top: 24, bottom: kinds.length > 1 ? 40 : 24, left: 60, right: 60,
      categories: kinds.map((name) => ({ name })),
      edgeSymbol: ["none", "arrow"], edgeSymbolSize: 7, draggable: true,
      emphasis: { focus: "adjacency" },
      data: chart.nodes.map((one) => ({
        id: String(one.id), name: String(one.name ?? one.id), one, x: spots.get(one.id)[0], y: spots.get(one.id)[1],
        category: one.kind ? kinds.indexOf(one.kind) : undefined,
        symbolSize: (crowded ? 6 : 12) + 22 * Math.sqrt((one.size ?? 0) / largest),
        itemStyle: one.level === undefined || one.level === null ? undefined : { color: mix(one.level) },
        label: {
          show: !crowded || (one.level ?? 0) > 0.8, position: "bottom", color: INK, fontSize: 11,
          formatter: clip(one.name ?? one.id, 26),
        },
      })),
      links: chart.edges.map((one, index) => ({
        source: String(one.source), target: String(one.target), one, names: `${one.source} → ${one.target}`,
        lineStyle: {
          width: 0.8 + 5 * thick[index], opacity: faint + 0.5 * thick[index], color: token("chart-edge"),
          curveness: one.source === one.target ? 0.6 : 0.16,
        },
        label: {
          show: labelled && Boolean(one.label), formatter: String(one.label ?? ""), fontSize: 10, color: SOFT,
          backgroundColor: token("chart-veil"),
        },
      })),
    }],
  };
}

// Blue, amber, red for 0, 0.5, 1.
function mix(level) {
  const part = Math.min(1, Math.max(0, level)) * 2;
  const [low, middle, high] = ["low", "middle", "high"].map((name) => token(`level-${name}`));
  const [from, to] = part < 1 ? [low, middle] : [middle, high];
  const share = part < 1 ? part : part - 1;
  const channel = (colour, index) => parseInt(colour.slice(1 + 2 * index, 3 + 2 * index), 16);
  return `rgb(${[0, 1, 2].map((index) => Math.round(channel(from, index) * (1 - share) + channel(to, index) * share)).join(",")})`;
}

// {places: [{id, x, y, kind: depot | customer | facility, name?}], routes: [{name, stops: [place id, …]}], geographic}
export function routes(chart) {
  const spot = new Map(chart.places.map((one) => [one.id, one]));
  const named = (one) => String(one.name ?? one.id);
  const depots = chart.places.filter((one) => one.kind !== "customer");
  return {
    grid: { left: 12, right: 16, top: chart.routes.length > 1 && chart.routes.length <= 12 ? 34 : 12, bottom: 8, containLabel: true },
    tooltip: { ...tip, trigger: "item", formatter: (point) => told(...(point.data?.lines ?? [point.seriesName])) },
    legend: { show: chart.routes.length > 1 && chart.routes.length <= 12, type: "scroll", top: 2, textStyle: { color: SOFT }, data: chart.routes.map((one) => String(one.name)) },
    dataZoom: [{ type: "inside", xAxisIndex: 0, zoomOnMouseWheel: "ctrl" }, { type: "inside", yAxisIndex: 0, zoomOnMouseWheel: "ctrl" }],
    xAxis: { type: "value", scale: true, ...axisLook, splitLine: { show: false } },
    yAxis: { type: "value", scale: true, ...axisLook, splitLine: { show: false } },
    series: [
      ...chart.routes.map((one, index) => ({
        name: String(one.name), type: "line", z: 2, symbol: "circle", symbolSize: 5, lineStyle: { width: 1.4, opacity: 0.85 },
        color: PALETTE[index % PALETTE.length],
        data: one.stops.map((id) => ({
          value: [spot.get(id).x, spot.get(id).y], lines: [String(one.name), named(spot.get(id))],
        })),
      })),
      {
        type: "scatter", z: 1, symbolSize: 4, itemStyle: { color: token("chart-quiet") }, tooltip: { show: true },
        data: chart.places.filter((one) => one.kind === "customer").map((one) => ({ value: [one.x, one.y], lines: [named(one)] })),
      },
      {
        type: "scatter", z: 5, symbol: "rect", symbolSize: 13, itemStyle: { color: RED, borderColor: PAPER, borderWidth: 1 },
        data: depots.map((one) => ({ value: [one.x, one.y], lines: [named(one)] })),
        label: { show: depots.length <= 12, position: "right", formatter: (point) => clip(String(depots[point.dataIndex].name ?? depots[point.dataIndex].id), 16), color: INK },
      },
    ],
  };
}
