import type { NewJob, SubmitAnswer } from '../../core/queue-adapter.js'
import { rankOf } from '../../core/priority.js'
import { idOf, nameOf, wordOf } from './names.js'
import { jobWords, statusOf } from './record.js'

/** What a submission sends: most jobs are plain, and those of one type and class share their words. */
export function submitWords(jobs: readonly NewJob[]): string[] {
  const groups = new Map<string, number>()
  const args: string[] = []
  for (const job of jobs) {
    if (isPlain(job)) {
      const group = groupOf(groups, `${wordOf(job.type)} ${rankOf(job.priority)} ${job.maxAttempts}`)
      const text = `${job.options.length} ${job.payload.length}\n${job.options}${job.payload}`
      args.push(nameOf(job.id), String(group), text)
    } else args.push(nameOf(job.id), ...jobWords(job))
  }
  return [String(groups.size), ...groups.keys(), ...args]
}

/** The store's answer to one submitted job. */
export function submitAnswer(reply: string, id: string): SubmitAnswer {
  if (reply === 'conflict') return { kind: 'conflict', id }
  const [kind, word = '', name = '', replaced] = reply.split(' ')
  if (kind === 'created') return { kind, id, status: statusOf(word) }
  if (kind === 'orphan') return { kind, missing: idOf(word) }
  if (kind === 'circle') return { kind, id: idOf(word) }
  const standing = { kind: 'standing', id: idOf(name), status: statusOf(word) } as const
  return replaced === undefined ? standing : { ...standing, replaced: true }
}

// -------------------------------------------------------------------------------------------------------------------

/** Ready at once, with an id of the library's making and nothing else to know it by. */
function isPlain({ id, token, digest, delayMs, runAt, dedupeKey, terms }: NewJob): boolean {
  const isKnownById = token === id && digest === '' && dedupeKey === null
  return isKnownById && delayMs === null && runAt === null && terms === undefined
}

/** Groups are numbered from 1 in the order in which they come up. */
function groupOf(groups: Map<string, number>, words: string): number {
  const known = groups.get(words)
  if (known !== undefined) return known
  groups.set(words, groups.size + 1)
  return groups.size
}
