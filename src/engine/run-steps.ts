import type { Clock } from '../core/clock.js'
import type { CountedText } from '../core/counted-text.js'
import { RiptideError, describe, isRiptideError } from '../core/errors.js'
import { resultToJson } from '../core/json.js'
import type { LeaseRef, QueueAdapter, StepAnswer } from '../core/queue-adapter.js'
import type { Random } from '../core/random.js'
import type { Stopper } from '../core/stopper.js'
import { parseStored } from '../core/stored-json.js'
import { untilAnswered } from './store-call.js'

/** What steps need of the store. */
export interface StepStore {
  readonly adapter: Pick<QueueAdapter, 'steps' | 'keepStep'>
  readonly clock: Clock
  readonly random: Random
}

export interface RunStepsOptions extends StepStore {
  readonly lease: LeaseRef
  /** Stopped, with the reason, when the job has moved on. */
  readonly stopper: Stopper
  /** The store says that the job has moved on. */
  readonly onLost: () => void
  /** Why no further step may begin; undefined while one may. */
  readonly whyNot: () => RiptideError | undefined
}

const longestKey = 200
const mostBytes = 256 * 1024
/** How long a call is sent again before the step fails. */
const patienceMs = 30_000

/**
 * The steps of one run. What earlier runs of this life of the job have kept is read once, at the first step. Two calls at once
 * with the same key share one run of the step; a step that threw may be called again.
 */
export class RunSteps {
  readonly #options: RunStepsOptions
  readonly #texts = new Map<string, Promise<string>>()
  #kept: Promise<ReadonlyMap<string, string>> | undefined

  constructor(options: RunStepsOptions) {
    this.#options = options
  }

  run<T>(key: string, step: () => T | Promise<T>): Promise<T> {
    const value = this.#valueOf(key, step)
    // Who does not wait for a step must not bring the process down when it fails.
    value.catch(() => undefined)
    return value
  }

  async #valueOf<T>(key: string, step: () => T | Promise<T>): Promise<T> {
    checkStep(key, step)
    const text = await this.#textOf(key, step)
    return parseStored(text) as T
  }

  #textOf(key: string, step: () => unknown): Promise<string> {
    const known = this.#texts.get(key)
    if (known) return known
    const text = this.#make(key, step)
    this.#texts.set(key, text)
    text.catch(() => this.#texts.delete(key))
    return text
  }

  async #make(key: string, step: () => unknown): Promise<string> {
    const kept = (await this.#read()).get(key)
    if (kept !== undefined) return kept
    const reason = this.#options.whyNot()
    if (reason) throw reason
    return this.#keep(key, textOf(key, await step()))
  }

  /** Read again after a failure: the step that is called next may be luckier. */
  #read(): Promise<ReadonlyMap<string, string>> {
    this.#kept ??= this.#readKept().catch((thrown: unknown) => {
      this.#kept = undefined
      throw thrown
    })
    return this.#kept
  }

  async #readKept(): Promise<ReadonlyMap<string, string>> {
    const { adapter, lease } = this.#options
    const steps = await this.#ask(() => adapter.steps(lease))
    if (steps === null) throw this.#lost()
    return new Map(steps.map(({ key, text }) => [key, text]))
  }

  async #keep(key: string, text: string): Promise<string> {
    const { adapter, lease } = this.#options
    const { id, fence } = lease
    const answer: StepAnswer = await this.#ask(() => adapter.keepStep({ id, fence, key, text }))
    if (answer.kind === 'kept') return answer.text
    if (answer.kind === 'lost') throw this.#lost()
    throw new RiptideError(
      'RESULT_TOO_LARGE',
      `step ${describe(key)}: a job keeps at most 1,000 steps, and 4 MiB of them`,
    )
  }

  #ask<T>(send: () => Promise<T>): Promise<T> {
    const { clock, random, stopper } = this.#options
    return untilAnswered(send, { clock, random, withinMs: patienceMs, stopper })
  }

  #lost(): RiptideError {
    const { onLost, stopper } = this.#options
    onLost()
    return stopper.reason ?? new RiptideError('LEASE_LOST', 'the lease of this run is over')
  }
}

// -------------------------------------------------------------------------------------------------------------------

function checkStep(key: unknown, step: unknown): void {
  if (typeof key !== 'string' || key === '' || key.length > longestKey) {
    const text = `the key of a step must be a string of 1 to ${longestKey} characters; got ${describe(key)}`
    throw new RiptideError('STEP_INVALID', text)
  }
  if (typeof step !== 'function') {
    const text = `step ${describe(key)} must be given a function; got ${describe(step)}`
    throw new RiptideError('STEP_INVALID', text)
  }
}

function textOf(key: string, value: unknown): string {
  const { text, bytes } = jsonOf(key, value)
  if (bytes <= mostBytes) return text
  const rule = `the result of step ${describe(key)} may have at most ${mostBytes} bytes of JSON`
  throw new RiptideError('RESULT_TOO_LARGE', `${rule}; this one has ${bytes}`, {
    facts: { limit: mostBytes, bytes },
  })
}

function jsonOf(key: string, value: unknown): CountedText {
  try {
    return resultToJson(value, mostBytes)
  } catch (cause) {
    const { code, message } = isRiptideError(cause)
      ? cause
      : new RiptideError('RESULT_NOT_SERIALIZABLE', 'it is not JSON')
    throw new RiptideError(code, `step ${describe(key)}: ${message}`, { cause })
  }
}
