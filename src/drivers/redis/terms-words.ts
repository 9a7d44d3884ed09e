import type { Dependency, FailureRule, JobTerms } from '../../core/job-terms.js'
import type { FinalStatus } from '../../core/states.js'
import { idOf, nameOf, textOf, wordOf, wordOrNull } from './names.js'

/** Terms as the scripts have them, see lua/part-terms.lua. */
export function termsWords({ concurrency, rate, dedupe, notices, scheduleId, dependsOn }: JobTerms): string {
  const words = [
    wordOrNull(concurrency?.key ?? null),
    concurrency?.max ?? 0,
    wordOrNull(rate?.key ?? null),
    rate?.max ?? 0,
    rate?.perMs ?? 0,
    dedupe?.mode ?? '-',
    dedupe?.windowMs ?? '-',
    notices.map((status) => letters[status]).join('') || '-',
    scheduleId === null ? '-' : nameOf(scheduleId),
    ...dependsOn.map(({ id, onFailure }) => onFailure.charAt(0) + nameOf(id)),
  ]
  return words.join(' ')
}

/** What those words say; null for a job without terms. */
export function termsOf(text: string | null): JobTerms | null {
  if (text === null || text === '') return null
  const [c = '-', cMax, r = '-', rMax, perMs, mode = '-', windowMs, notices = '', schedule = '-', ...ties] =
    text.split(' ')
  return {
    dependsOn: ties.map(dependencyOf),
    concurrency: c === '-' ? null : { key: textOf(c), max: Number(cMax) },
    rate: r === '-' ? null : { key: textOf(r), max: Number(rMax), perMs: Number(perMs) },
    dedupe: isMode(mode) ? { mode, windowMs: windowMs === '-' ? null : Number(windowMs) } : null,
    notices: Array.from(notices).flatMap((letter) => statuses[letter] ?? []),
    scheduleId: schedule === '-' ? null : idOf(schedule),
  }
}

/** The ends that a setting asks for: the letter of the state, `:`, and the word of the type or `*`. */
export function noticeWords(notices: readonly string[]): string {
  return notices
    .map((one) => {
      const colon = one.indexOf(':')
      return `${letters[one.slice(0, colon) as FinalStatus]}:${wordOf(one.slice(colon + 1))}`
    })
    .join(' ')
}

export function noticesOf(words: string): readonly string[] {
  return words.split(' ').flatMap((word) => {
    const status = statuses[word.charAt(0)]
    return status === undefined ? [] : [`${status}:${textOf(word.slice(2))}`]
  })
}

// -------------------------------------------------------------------------------------------------------------------

const letters: Readonly<Record<FinalStatus, string>> = { completed: 'C', dead_letter: 'L', cancelled: 'X' }

const statuses: Readonly<Partial<Record<string, FinalStatus>>> = {
  C: 'completed',
  L: 'dead_letter',
  X: 'cancelled',
}

const rules: Readonly<Partial<Record<string, FailureRule>>> = { f: 'fail', c: 'cancel', i: 'ignore' }

function dependencyOf(word: string): Dependency {
  return { id: idOf(word.slice(1)), onFailure: rules[word.charAt(0)] ?? 'fail' }
}

function isMode(word: string): word is NonNullable<JobTerms['dedupe']>['mode'] {
  return word !== '-'
}
