import type { Priority } from '../core/priority.js'
import { priorities } from '../core/priority.js'
import { type JobStatus, jobStates } from '../core/states.js'

/** The types that a `job_type` may have: those that the library brings, a job of the app's, and a template. */
export const wireJobTypes = [
  'single_crawl',
  'batch_crawl',
  'spider_crawl',
  'maintenance',
  'custom',
  'pdf_extraction',
  'template',
] as const

/** Whether a job's type is one that the library brings; any other job is `custom` on the wire. */
export function isBuiltIn(type: string): boolean {
  return ['single_crawl', 'batch_crawl', 'spider_crawl', 'maintenance', 'pdf_extraction'].includes(type)
}

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
  ['headers', 'headers'],
  ['cookies', 'cookies'],
  ['proxy', 'proxy'],
  ['use_spider', 'useSpider'],
  ['spider_max_depth', 'spiderMaxDepth'],
  ['spider_max_pages', 'spiderMaxPages'],
  ['spider_strategy', 'spiderStrategy'],
  ['spider_keywords', 'spiderKeywords'],
  ['spider_scope', 'spiderScope'],
  ['spider_include', 'spiderInclude'],
  ['spider_exclude', 'spiderExclude'],
  ['spider_sitemaps', 'spiderSitemaps'],
  ['spider_follow_nofollow', 'spiderFollowNofollow'],
])

/** The options of a `pdf_extraction`. */
const pdfOptionWords = new Map([
  ['max_pages', 'maxPages'],
  ['timeout_secs', 'timeoutMs'],
])

/** The options of the jobs of a type, and what they are called inside. */
export function optionWordsOf(wireType: string): ReadonlyMap<string, string> {
  return wireType === 'pdf_extraction' ? pdfOptionWords : crawlOptionWords
}

/** The fields of `retry_config`, and what they are called inside. */
export const retryWords = new Map([
  ['max_attempts', 'maxAttempts'],
  ['initial_delay_secs', 'initialDelayMs'],
  ['backoff_multiplier', 'multiplier'],
  ['max_delay_secs', 'maxDelayMs'],
  ['use_jitter', 'jitter'],
])

// -------------------------------------------------------------------------------------------------------------------

function pascal(word: string): string {
  return word.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
