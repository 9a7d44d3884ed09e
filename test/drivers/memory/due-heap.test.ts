import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Due, DueHeap } from '../../../src/drivers/memory/due-heap.js'

type Step = { readonly do: 'add' | 'move'; readonly at: number } | { readonly do: 'remove' | 'pop' }

const steps: fc.Arbitrary<(Step & { readonly pick: number })[]> = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constantFrom('add' as const, 'move' as const),
      at: fc.integer({ min: 0, max: 20 }),
      pick: fc.nat(),
    }),
    fc.record({ do: fc.constantFrom('remove' as const, 'pop' as const), pick: fc.nat() }),
  ),
  { maxLength: 200 },
)

function byTime(a: Due, b: Due): number {
  return a.dueAt - b.dueAt || a.sequence - b.sequence
}

describe('a due heap', () => {
  test('always has the earliest on top, of equal ones the first made, whatever came and went', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const heap = new DueHeap<Due>()
        let model: Due[] = []
        let sequence = 0
        for (const step of all) {
          const picked = model[step.pick % Math.max(1, model.length)]
          if (step.do === 'add') {
            const thing: Due = { dueAt: 0, heapIndex: -1, sequence: ++sequence }
            heap.add(thing, step.at)
            model.push(thing)
          } else if (step.do === 'move' && picked) heap.move(picked, step.at)
          else if (step.do === 'remove' || step.do === 'pop') {
            const going = step.do === 'pop' ? heap.top() : picked
            if (!going) continue
            heap.remove(going)
            expect(going.heapIndex).toBe(-1)
            model = model.filter((thing) => thing !== going)
          }
          expect(heap.size).toBe(model.length)
          expect(heap.top()).toBe(model.toSorted(byTime)[0])
        }
      }),
    )
  })
})
