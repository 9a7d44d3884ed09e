/** Counts, and tells who waits when a number is reached. */
export function makeTally() {
  let count = 0
  let waiting = []
  return {
    get count() {
      return count
    },
    add() {
      count++
      if (waiting.length === 0 || count < waiting[0].n) return
      const due = waiting.filter(({ n }) => n <= count)
      waiting = waiting.filter(({ n }) => n > count)
      for (const { resolve } of due) resolve()
    },
    reached(n) {
      return new Promise((resolve) => {
        if (count >= n) return resolve()
        waiting.push({ n, resolve })
        waiting.sort((a, b) => a.n - b.n)
      })
    },
  }
}
