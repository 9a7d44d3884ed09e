import { RiptideError, isRiptideError } from '../core/errors.js'
import type { Priority } from '../core/priority.js'
import { priorities } from '../core/priority.js'
import { type JobStatus, jobStates } from '../core/states.js'

/** The types that the library brings, as the wire names them; any other job is `custom` there. */
export const wireJobTypes = [
  'single_crawl',
  'batch_crawl',
  'maintenance',
  'custom',
  'pdf_extraction',
] as const

/** A job's state as the wire spells it: `DeadLetter`. */
export function stateOut(status: JobStatus): string {
  return pascal(status)
}

/** A priority as the wire spells it: `High`. */
export function priorityOut(priority: Priority): string {
  return pascal(priority)
}

/** The states that the wire gives. */
export const wireStates = jobStates.map(pascal)

/** The priorities of the wire, first served first. */
export const wirePriorities = priorities.map(pascal)

/** A state in any spelling; `Failed` is RipTide's word for a dead letter. */
export function stateIn(text: string): JobStatus | undefined {
  const plain = text.toLowerCase().replace(/[_-]/g, '')
  return plain === 'failed' ? 'dead_letter' : jobStates.find((state) => state.replace('_', '') === plain)
}

/** A priority in any case. */
export function priorityIn(text: string): Priority | undefined {
  const plain = text.toLowerCase()
  return priorities.find((priority) => priority === plain)
}

/** The crawl options of the wire, and what they are called inside. */
export const crawlOptionWords = new Map([
  ['concurrency', 'concurrency'],
  ['cache_mode', 'cacheMode'],
  ['output_format', 'outputFormat'],
  ['timeout_secs', 'timeoutMs'],
  ['skip_extraction', 'skipExtraction'],
  ['use_spider', 'useSpider'],
  ['spider_max_depth', 'spiderMaxDepth'],
  ['spider_strategy', 'spiderStrategy'],
])

/** The fields of `retry_config`, and what they are called inside. */
export const retryWords = new Map([
  ['max_attempts', 'maxAttempts'],
  ['initial_delay_secs', 'initialDelayMs'],
  ['backoff_multiplier', 'multiplier'],
  ['max_delay_secs', 'maxDelayMs'],
  ['use_jitter', 'jitter'],
])

const fieldWords = new Map([
  ['retry', 'retry_config'],
  ['runAt', 'scheduled_at'],
  ['timeoutMs', 'timeout_secs'],
  ['cron', 'cron_expression'],
  ['job', 'job_template'],
])

const jobFields = ['type', 'url', 'urls', 'options', 'jobName', 'taskType', 'parameters', 'payload']
const jobWords = new Map([
  ['jobName', 'job_name'],
  ['taskType', 'task_type'],
  ['pdfData', 'pdf_data'],
])

/** An error of the service whose pointer, and the mention of it in the message, name the fields of the wire. */
export function inWireTerms(thrown: unknown, jobType: string): unknown {
  if (!isRiptideError(thrown) || thrown.path === undefined || thrown.path === '/') return thrown
  const path = wirePointer(thrown.path, jobType)
  if (path === thrown.path) return thrown
  const { code, retryable, facts } = thrown
  return new RiptideError(code, wireMessage(thrown.message, thrown.path, path), {
    path,
    retryable,
    facts,
    cause: thrown,
  })
}

// -------------------------------------------------------------------------------------------------------------------

function pascal(word: string): string {
  return word.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function wirePointer(path: string, jobType: string): string {
  const [, first = '', ...rest] = path.split('/')
  if (first === 'job') return join('job_template', jobPointer(rest, jobType))
  if (jobFields.includes(first)) return join('job_type', jobPointer([first, ...rest], jobType))
  if (first === 'retry') return join('retry_config', [wireWord(retryWords, rest[0]), ...rest.slice(1)])
  return join(fieldWords.get(first) ?? first, rest)
}

function jobPointer([first, ...rest]: readonly string[], jobType: string): readonly string[] {
  if (first === undefined) return []
  // Inside, a custom job's name is its type, and the fields of a built-in job are its payload.
  if (first === 'type' && jobType === 'custom') return ['job_name']
  if (first === 'payload' && jobType !== 'custom') return jobPointer(rest, jobType)
  if (first === 'options') return ['options', wireWord(crawlOptionWords, rest[0]), ...rest.slice(1)]
  return [jobWords.get(first) ?? first, ...rest]
}

function wireWord(words: ReadonlyMap<string, string>, inside: string | undefined): string {
  for (const [wire, word] of words) if (word === inside) return wire
  return inside ?? ''
}

function join(first: string, rest: readonly string[]): string {
  return `/${[first, ...rest.filter((part) => part !== '')].join('/')}`
}

/** Messages begin with the pointer of what is wrong; within a schedule, with the pointer of its job before that. */
function wireMessage(message: string, inside: string, wire: string): string {
  const shown = message.startsWith('/job: ') ? message.slice('/job: '.length) : message
  const pointer = inside.startsWith('/job/') ? inside.slice('/job'.length) : inside
  const said = shown.startsWith(pointer) ? `${wire}${shown.slice(pointer.length)}` : shown
  return wire.endsWith('_secs') ? `${said} (in milliseconds)` : said
}
