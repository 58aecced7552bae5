// The scenarios that feed a scenario and those that it feeds, so many steps away, with the arrows between them.
export function chainOf(node, steps) {
  const nothing = node.cy().collection();
  let chain = nothing.union(node);
  for (const step of ["incomers", "outgoers"]) {
    let front = nothing.union(node);
    for (let count = 0; count < steps && front.length; count += 1) {
      const next = front[step]();
      const fresh = next.nodes().difference(chain);
      chain = chain.union(next);
      front = fresh;
    }
  }
  return chain;
}
