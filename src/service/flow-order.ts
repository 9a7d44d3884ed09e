/** Of each name those that go before it. */
export type Parents = ReadonlyMap<string, readonly string[]>

/** The names, each after its parents and as far as that allows in their own order; without those in a circle or behind one. */
export function parentsFirst(parents: Parents): readonly string[] {
  const open = new Map([...parents].map(([name, before]) => [name, new Set(before).size]))
  const children = childrenOf(parents)
  const order = [...parents.keys()].filter((name) => open.get(name) === 0)
  // The list grows while it is walked through.
  for (const name of order) {
    for (const child of children.get(name) ?? []) {
      const left = (open.get(child) ?? 0) - 1
      open.set(child, left)
      if (left === 0) order.push(child)
    }
  }
  return order
}

/** One circle among the names that are not in `done`, from a name round to the one before it. */
export function cycleIn(parents: Parents, done: ReadonlySet<string>): readonly string[] {
  const way: string[] = []
  const at = new Map<string, number>()
  let name = [...parents.keys()].find((one) => !done.has(one))
  // Each of them has a parent among them, so the way up ends only where it has been before.
  while (name !== undefined && !at.has(name)) {
    at.set(name, way.length)
    way.push(name)
    name = parents.get(name)?.find((parent) => !done.has(parent))
  }
  return name === undefined ? way : way.slice(at.get(name))
}

// -------------------------------------------------------------------------------------------------------------------

function childrenOf(parents: Parents): ReadonlyMap<string, readonly string[]> {
  const children = new Map<string, string[]>()
  for (const [name, before] of parents) {
    for (const parent of new Set(before)) {
      const list = children.get(parent)
      if (list) list.push(name)
      else children.set(parent, [name])
    }
  }
  return children
}
