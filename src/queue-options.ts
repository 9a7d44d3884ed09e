import { hasMethods } from './core/adapter-shape.js'
import { asObject, integerIn, onlyKeys } from './core/check.js'
import { RiptideError, describe } from './core/errors.js'
import { type SkipBudgets, budgetFault, defaultBudgets } from './core/priority.js'
import type { PruneRequest, Retention } from './core/queue-adapter.js'

const code = 'CONFIG_INVALID'
const dayMs = 86_400_000
const yearMs = 366 * dayMs

const queueMethods = [
  ...['open', 'close', 'submit', 'cycle', 'renew', 'leave', 'cancel', 'retry', 'get', 'list', 'counts'],
  ...['metrics', 'time', 'instances', 'prune', 'putSchedule', 'schedules', 'removeSchedule', 'fire'],
  ...['subscribe', 'reprioritise', 'discard', 'pause', 'resume', 'pauses', 'keyState', 'keepStep', 'steps'],
  ...['settings', 'putSetting', 'removeSetting'],
]

/** ADAPTER_INVALID names the verbs that a queue lacks. */
export function requireQueue(adapter: unknown, path: string): void {
  requireMethods(adapter, queueMethods, path)
}

/** ADAPTER_INVALID names what a storage lacks. */
export function requireStorage(adapter: unknown, path: string): void {
  requireMethods(adapter, ['get', 'set', 'delete'], path)
}

/** How often a class may be passed over; CONFIG_INVALID for budgets with which one would starve. */
export function budgetsOf(given: unknown): SkipBudgets {
  const fields = asObject(given ?? {}, { path: '/budgets', code })
  onlyKeys(fields, Object.keys(defaultBudgets), { path: '/budgets', code })
  const one = (key: keyof SkipBudgets): number =>
    integer(fields[key], defaultBudgets[key], 0, 1_000_000, `/budgets/${key}`)
  const budgets = Object.freeze({ high: one('high'), normal: one('normal'), low: one('low') })
  const fault = budgetFault(budgets)
  if (fault !== undefined)
    throw new RiptideError(code, `/budgets: ${fault}; else a class above it would starve`, {
      path: '/budgets',
    })
  return budgets
}

/** What is kept of jobs that have ended. */
export function retentionOf(given: unknown): Omit<PruneRequest, 'limit'> {
  const path = '/retention'
  const fields = asObject(given ?? {}, { path, code })
  onlyKeys(fields, ['completed', 'deadLetter', 'cancelled'], { path, code })
  const one = (key: string, ageMs: number): Retention => {
    const state = asObject(fields[key] ?? {}, { path: `${path}/${key}`, code })
    onlyKeys(state, ['ageMs', 'count', 'bytes'], { path: `${path}/${key}`, code })
    return Object.freeze({
      ageMs: integer(state['ageMs'], ageMs, 0, 10 * yearMs, `${path}/${key}/ageMs`),
      count: integer(state['count'], 100_000, 0, 1e9, `${path}/${key}/count`),
      bytes: integer(state['bytes'], 256 * 2 ** 20, 0, Number.MAX_SAFE_INTEGER, `${path}/${key}/bytes`),
    })
  }
  return {
    completed: one('completed', dayMs),
    dead_letter: one('deadLetter', 30 * dayMs),
    cancelled: one('cancelled', dayMs),
  }
}

// -------------------------------------------------------------------------------------------------------------------

function requireMethods(adapter: unknown, methods: readonly string[], path: string): void {
  const missing = methods.filter((method) => !hasMethods(adapter, [method]))
  if (missing.length === 0) return
  throw new RiptideError('ADAPTER_INVALID', `${path} lacks ${missing.join(', ')}; got ${describe(adapter)}`, {
    path,
  })
}

function integer(value: unknown, otherwise: number, min: number, max: number, path: string): number {
  return value === undefined ? otherwise : integerIn(value, min, max, { path, code })
}
