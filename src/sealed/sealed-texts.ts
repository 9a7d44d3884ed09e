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
import { sealedMark } from '../core/stored-json.js'
import { withOwnSecret } from './own-secret.js'
import type { Sealer } from './sealer.js'

/**
 * What of the values of a queue is sealed, and for which purpose: payloads for their type (a job that is replaced by another
 * submission gets that one's), results and steps for their job, definitions and settings for their name, and the secret of a job's
 * own webhook for whichever job it goes on with.
 */
export class SealedTexts {
  readonly #sealer: Sealer

  constructor(sealer: Sealer) {
    this.#sealer = sealer
  }

  sealJob(job: NewJob): NewJob {
    const { type, payload, digest, options } = job
    return {
      ...job,
      options: withOwnSecret(options, (secret) => this.#sealSecret(secret)),
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
    const options = withOwnSecret(record.options, (secret) => this.#openSecret(secret))
    return { ...record, options, payload, result: result === null ? null : this.#openResult(id, result) }
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

  /** A delivery takes it over from its job, also where it could not be opened. */
  #sealSecret(secret: string): string {
    return secret.startsWith(sealedMark) ? secret : this.#sealer.seal(secret, ownSecret)
  }

  /** One that cannot be opened stays sealed: nothing is signed with it. */
  #openSecret(secret: string): string {
    const opened = this.#tryOpen(secret, ownSecret)
    return typeof opened === 'string' ? opened : secret
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

const ownSecret = 'webhook secret'

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
