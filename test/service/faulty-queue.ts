import type { QueueAdapter } from '../../src/index.js'
import { RiptideError } from '../../src/index.js'

/** What befalls one call: it never arrives, its reply is lost, or it arrives twice. */
export type Fault = 'before' | 'after' | 'twice' | 'silent' | undefined

const verbs = [
  'submit',
  'cycle',
  'renew',
  'leave',
  'cancel',
  'retry',
  'reprioritise',
  'discard',
  'pause',
  'resume',
  'pauses',
  'keyState',
  'keepStep',
  'steps',
  'get',
  'list',
  'counts',
  'prune',
  'putSchedule',
  'schedules',
  'removeSchedule',
  'fire',
  'settings',
  'putSetting',
  'removeSetting',
  'exportJobs',
  'withdraw',
  'withdrawal',
  'foresee',
  'importJobs',
] as const
export type Verb = (typeof verbs)[number]

/** The same store behind a bad line: `faultOf` says for each call what befalls it. */
export function faultyQueue(store: QueueAdapter, faultOf: (verb: Verb) => Fault): QueueAdapter {
  return new Proxy(store, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target)
      if (typeof value !== 'function') return value
      const call = value.bind(target) as (...args: unknown[]) => Promise<unknown>
      if (!(verbs as readonly (string | symbol)[]).includes(key)) return call
      return (...args: unknown[]) => suffer(faultOf(key as Verb), () => call(...args))
    },
  })
}

async function suffer(fault: Fault, call: () => Promise<unknown>): Promise<unknown> {
  if (fault === 'silent') return new Promise(() => undefined)
  if (fault === 'before') throw cut()
  if (fault === 'twice') await call()
  const answer = await call()
  if (fault === 'after') throw cut()
  return answer
}

function cut(): RiptideError {
  return new RiptideError('STORE_UNAVAILABLE', 'the line was cut', { retryable: true })
}

/** A reproducible series of numbers in [0, 1) (mulberry32, Tommy Ettinger, public domain; written down anew). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
