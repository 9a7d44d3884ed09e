import type { Step, StepAnswer } from '../../core/queue-adapter.js'
import { textOf } from './names.js'

export function stepAnswer(reply: unknown): StepAnswer {
  if (reply === 'lost' || reply === 'full') return { kind: reply }
  const [, text = ''] = reply as readonly string[]
  return { kind: 'kept', text }
}

/** Steps among the fields and values beside a record, see lua/part-steps.lua: in the order in which they were kept. */
export function stepsIn(pairs: readonly string[]): readonly Step[] {
  const found: (Step & { readonly n: number })[] = []
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    const [field = '', value = ''] = pairs.slice(i, i + 2)
    const blank = value.indexOf(' ')
    if (field.length < 2 || !field.startsWith('+')) continue
    found.push({
      n: Number(value.slice(0, blank)),
      key: textOf(field.slice(1)),
      text: value.slice(blank + 1),
    })
  }
  return found.sort((a, b) => a.n - b.n).map(({ key, text }) => ({ key, text }))
}
