import { type RiptideError, isRiptideError } from '../core/errors.js'
import type {
  Claim,
  ControlAnswer,
  JobRecord,
  NewJob,
  NewSchedule,
  OutcomeReport,
  Setting,
} from '../core/queue-adapter.js'
import type { OpenedSchedule, ScheduleRecord } from '../core/schedule.js'
import type { StoredResult } from '../core/settlement.js'
import type { Sealer } from './sealer.js'

/**
 * What of the values of a queue is sealed, and for which purpose: payloads for their type (a job that is replaced by another
 * submission gets that one's), results and steps for their job, definitions and settings for their name.
 */
export class SealedTexts {
  readonly #sealer: Sealer

  constructor(sealer: Sealer) {
    this.#sealer = sealer
  }

  sealJob(job: NewJob): NewJob {
    const { type, payload, digest } = job
    return {
      ...job,
      payload: this.#sealer.seal(payload, payloadOf(type)),
      digest: this.#sealer.digest(digest),
    }
  }

  sealOutcome(report: OutcomeReport): OutcomeReport {
    const { id, settlement } = report
    if (settlement.kind !== 'complete' || settlement.result === null) return report
    if (!('inline' in settlement.result)) return report
    const result = { inline: this.#sealer.seal(settlement.result.inline, resultOf(id)) }
    return { ...report, settlement: { ...settlement, result } }
  }

  /** A claim whose payload cannot be opened says why, and its run fails with that. */
  openClaim(claim: Claim): Claim {
    const payload = this.#tryOpen(claim.payload, payloadOf(claim.type))
    return typeof payload === 'string' ? { ...claim, payload } : { ...claim, payload: 'null', fault: payload }
  }

  /** A payload that cannot be opened is left out, as in lists; a result that cannot is DECRYPTION_FAILED. */
  openRecord(record: JobRecord): JobRecord {
    const { id, result } = record
    const payload = this.#openPayload(record)
    return { ...record, payload, result: result === null ? null : this.#openResult(id, result) }
  }

  /** What has been done is answered also when the texts of its job cannot be opened: without them. */
  openAnswer(answer: ControlAnswer): ControlAnswer {
    if (answer.kind !== 'done') return answer
    return { ...answer, job: { ...answer.job, payload: this.#openPayload(answer.job), result: null } }
  }

  sealStep(id: string, key: string, text: string): string {
    return this.#sealer.seal(text, stepOf(id, key))
  }

  openStep(id: string, key: string, text: string): string {
    return this.#sealer.open(text, stepOf(id, key))
  }

  /**
   * With the digest of what it says, which the store gets in another form: with each key that seals another one, so that the same
   * definition can be put again to be sealed anew.
   */
  sealSchedule(schedule: NewSchedule): NewSchedule {
    const { name, definition, digest } = schedule
    return {
      ...schedule,
      definition: this.#sealer.seal(`${digest}\n${definition}`, scheduleOf(name)),
      digest: this.#sealer.digest(`${this.#sealer.keyId}\n${digest}`),
    }
  }

  /** One that was stored in the clear is given as it is; one that cannot be opened says why, and hinders no other. */
  openSchedule(stored: ScheduleRecord): OpenedSchedule {
    const record = this.#sealer.isCurrent(stored.definition) ? stored : { ...stored, outdated: true as const }
    const opened = this.#tryOpen(record.definition, scheduleOf(record.name))
    if (typeof opened !== 'string') return { ...record, fault: opened }
    if (opened === record.definition) return record
    const eol = opened.indexOf('\n')
    return { ...record, digest: opened.slice(0, eol), definition: opened.slice(eol + 1) }
  }

  sealSetting(key: string, text: string): string {
    return this.#sealer.seal(text, `setting ${key}`)
  }

  /** One that cannot be opened says why, and hinders no other. */
  openSetting(stored: Setting): Setting {
    const setting = this.#sealer.isCurrent(stored.text) ? stored : { ...stored, outdated: true as const }
    const text = this.#tryOpen(setting.text, `setting ${setting.key}`)
    return typeof text === 'string' ? { ...setting, text } : { ...setting, fault: text }
  }

  #openPayload({ type, payload }: JobRecord): string {
    const opened = this.#tryOpen(payload, payloadOf(type))
    return typeof opened === 'string' ? opened : ''
  }

  /** The text, or why it cannot be opened. */
  #tryOpen(sealed: string, purpose: string): string | RiptideError {
    try {
      return this.#sealer.open(sealed, purpose)
    } catch (fault) {
      if (!isRiptideError(fault)) throw fault
      return fault
    }
  }

  #openResult(id: string, result: StoredResult): StoredResult {
    return 'inline' in result ? { inline: this.#sealer.open(result.inline, resultOf(id)) } : result
  }
}

// -------------------------------------------------------------------------------------------------------------------

function payloadOf(type: string): string {
  return `payload ${type}`
}

function resultOf(id: string): string {
  return `result ${id}`
}

function scheduleOf(name: string): string {
  return `schedule ${name}`
}

function stepOf(id: string, key: string): string {
  return `step ${id} ${key}`
}
