import { RiptideError } from '../../core/errors.js'

/** A statement whose parameters are all `?`, and which of the values each of them takes, from 0. */
export interface PlainStatement {
  readonly sql: string
  readonly order: readonly number[]
}

/**
 * Puts `?` for `?1`, or nothing when there is none: better-sqlite3 takes `?1` for a name, and Node 22.13 counts one that
 * stands twice as two.
 */
export function withPlainParameters(sql: string): PlainStatement | undefined {
  if (!/\?\d/.test(sql)) return undefined
  const order: number[] = []
  const plain = sql.replace(token, (text: string, digits: string | undefined) => {
    if (digits === undefined) return text
    order.push(Number(digits) - 1)
    return '?'
  })
  if (order.includes(-1)) {
    throw new RiptideError('ARGUMENT_INVALID', 'a statement has parameters either as ? or as ?1, not both')
  }
  return order.length === 0 ? undefined : { sql: plain, order }
}

// -------------------------------------------------------------------------------------------------------------------

/** What may hold a `?` that is no parameter, or a parameter with its digits. */
const token = /'[^']*'|"[^"]*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?\*\/|\?(\d*)/g
