// Places nodes in layers from left to right along the edges; a loop back does not count for the layer.

// Returns a Map of id → [x, y] within the given width and height.
export function layers(nodes, edges, width, height) {
  const ids = nodes.map((one) => one.id);
  const next = new Map(ids.map((id) => [id, []]));
  for (const { source, target } of heavyFirst(edges)) {
    if (source !== target && next.has(source) && next.has(target)) next.get(source).push(target);
  }
  const forward = withoutLoops(ids, next);
  const depth = longest(ids, forward);
  const columns = [];
  for (const id of ids) (columns[depth.get(id)] ??= []).push(id);
  settle(columns, forward);
  const spots = new Map();
  columns.forEach((column, x) => column.forEach((id, y) => {
    // Every other column a little lower, so that names of neighbours do not meet.
    const nudge = x % 2 ? 0.22 : 0;
    spots.set(id, [
      columns.length > 1 ? (x / (columns.length - 1)) * width : width / 2,
      ((y + 0.5 + nudge) / column.length) * height,
    ]);
  }));
  return spots;
}

function heavyFirst(edges) {
  return [...edges].sort((one, other) => (other.weight ?? 1) - (one.weight ?? 1));
}

// Leaves out the edges that close a loop, the lightest of it where it can.
function withoutLoops(ids, next) {
  const forward = new Map(ids.map((id) => [id, []]));
  const state = new Map();
  const entered = new Set([...next.values()].flat());
  const order = [...ids.filter((id) => !entered.has(id)), ...ids];
  for (const root of order) {
    if (state.has(root)) continue;
    const stack = [[root, 0]];
    state.set(root, "open");
    while (stack.length) {
      const top = stack[stack.length - 1];
      const [id, place] = top;
      const target = next.get(id)[place];
      if (target === undefined) {
        state.set(id, "done");
        stack.pop();
        continue;
      }
      top[1] += 1;
      if (state.get(target) === "open") continue;
      forward.get(id).push(target);
      if (!state.has(target)) {
        state.set(target, "open");
        stack.push([target, 0]);
      }
    }
  }
  return forward;
}

function longest(ids, forward) {
  const depth = new Map(ids.map((id) => [id, 0]));
  for (let round = 0, changed = true; changed && round < ids.length; round += 1) {
    changed = false;
    for (const id of ids) {
      for (const target of forward.get(id)) {
        if (depth.get(target) < depth.get(id) + 1) {
          depth.set(target, depth.get(id) + 1);
          changed = true;
        }
      }
    }
  }
  return depth;
}

// Orders each column by where its neighbours to the left stand, a few times over.
function settle(columns, forward) {
  const before = new Map();
  for (const [id, targets] of forward) for (const target of targets) (before.get(target) ?? before.set(target, []).get(target)).push(id);
  for (let round = 0; round < 4; round += 1) {
    const rank = new Map(columns.flatMap((column) => column.map((id, y) => [id, y / column.length])));
    for (const column of columns) {
      const wish = (id) => mean((before.get(id) ?? forward.get(id)).map((one) => rank.get(one)), rank.get(id));
      column.sort((one, other) => wish(one) - wish(other));
    }
  }
}

function mean(values, otherwise) {
  return values.length ? values.reduce((sum, one) => sum + one, 0) / values.length : otherwise;
}
