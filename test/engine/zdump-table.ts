import { readFileSync } from 'node:fs'

export interface OffsetChange {
  /** Ms since the epoch. */
  readonly at: number
  readonly offset: number
}

export interface ZoneTable {
  readonly zone: string
  readonly firstOffset: number
  readonly changes: readonly OffsetChange[]
}

/** The zones of `zdump.txt`, by a reader that shares nothing with the library or with Intl. */
export function zdumpTables(): readonly ZoneTable[] {
  const text = readFileSync(new URL('./zdump.txt', import.meta.url), 'utf8')
  return text
    .split(/^TZ=/m)
    .slice(1)
    .map((block) => {
      const [head = '', first = '', ...lines] = block.trim().split('\n')
      return {
        zone: head.replaceAll('"', ''),
        firstOffset: offsetOf(first.split('\t')[2]),
        changes: lines.map((line) => {
          const [date = '', time = '', offset] = line.split('\t')
          const [hour, minute = '00'] = time.split(':')
          return {
            at: Date.parse(`${date}T${hour}:${minute}:00Z`) - offsetOf(offset),
            offset: offsetOf(offset),
          }
        }),
      }
    })
}

/** The offset that the table gives at an instant. */
export function tableOffset(table: ZoneTable, at: number): number {
  return table.changes.findLast((change) => change.at <= at)?.offset ?? table.firstOffset
}

function offsetOf(text = ''): number {
  const [, sign, hours, minutes = '00'] = /^([+-])(\d\d)(\d\d)?$/.exec(text) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
}
