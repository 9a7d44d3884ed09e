import type { FireAnswer, FireRequest, NewSchedule } from '../../core/queue-adapter.js'
import type { ScheduleRecord } from '../../core/schedule.js'
import { idOf, nameOf, textOf, wordOf } from './names.js'
import { jobWords, statusOf } from './record.js'

/** What is sent of a schedule. */
export function scheduleWords(schedule: NewSchedule): string[] {
  const { id, name, digest, enabled, nextSlot, definition, ifVersion } = schedule
  const words = [nameOf(id), wordOf(name), wordOf(digest), enabled ? '1' : '0', slotWord(nextSlot)]
  return [...words, definition, ifVersion === undefined ? '' : String(ifVersion)]
}

/** What is sent of a slot that is to fire. */
export function fireWords(request: FireRequest): string[] {
  const { id, version, slot, next, missed, overlap, queueLimit, job } = request
  const head = [version, slot, slotWord(next), missed, overlap, queueLimit].map(String)
  const made = job === null ? [] : [nameOf(job.id), ...jobWords(job)]
  return [nameOf(id), ...head, ...made]
}

/** A schedule as a script shows it: id, text, live jobs. */
export function scheduleOf([name = '', text = '', live = '0']: readonly string[]): ScheduleRecord {
  const eol = text.indexOf('\n')
  const words = text.slice(0, eol).split(' ')
  const [version, enabled, nextSlot, createdAt, lastFiredAt, fired, skipped, title = '', digest = ''] = words
  return {
    id: idOf(name),
    name: textOf(title),
    version: Number(version),
    digest: textOf(digest),
    definition: text.slice(eol + 1),
    enabled: enabled === '1',
    createdAt: Number(createdAt),
    nextSlot: timeOf(nextSlot),
    lastFiredAt: timeOf(lastFiredAt),
    fired: Number(fired),
    skipped: Number(skipped),
    live: Number(live),
  }
}

/** What became of a slot. */
export function fireAnswer(reply: string): FireAnswer {
  const [kind, word = '', letter = ''] = reply.split(' ')
  if (kind === 'fired') return { kind, jobId: idOf(word), status: statusOf(letter) }
  if (kind === 'early') return { kind, now: Number(word) }
  return { kind: kind === 'skipped' ? 'skipped' : 'stale' }
}

// -------------------------------------------------------------------------------------------------------------------

function slotWord(slot: number | null): string {
  return slot === null ? '-' : String(slot)
}

function timeOf(word: string | undefined): number | null {
  return word === undefined || word === '-' ? null : Number(word)
}
