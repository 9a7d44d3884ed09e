import { RiptideError, isRiptideError } from '../core/errors.js'
import { flowDependencyWords } from './wire-flow.js'
import { jobFieldWords } from './wire-job.js'
import { termWords, wordsOfTerm } from './wire-terms.js'
import { optionWordsOf, retryWords } from './wire-words.js'

/** The parts of a JSON pointer as the service has them, in the words of the wire. */
export type PointerOut = (parts: readonly string[]) => readonly string[]

/** An error of the service whose pointer, and the mention of it in the message, name the fields of the wire. */
export function inWireTerms(thrown: unknown, pointerOut: PointerOut): unknown {
  if (!isRiptideError(thrown) || thrown.path === undefined || thrown.path === '/') return thrown
  const { code, retryable } = thrown
  const { path, message } = placeOut(thrown.path, thrown.message, pointerOut)
  const facts = problemsOut(thrown, pointerOut)
  if (path === thrown.path && message === thrown.message && facts === thrown.facts) return thrown
  const whole = { path, retryable, facts, cause: thrown }
  return new RiptideError(code, message, whole)
}

/** Of a submission: its job's fields are those of `job_type`, unless they belong to the submission. */
export function submissionPointer(wireType: string): PointerOut {
  return (parts) => {
    const [first = ''] = parts
    return jobFields.includes(first) ? ['job_type', ...jobPointer(parts, wireType)] : optionPointer(parts)
  }
}

/** Of a submission by a template that the path names: there is no job in the body. */
export const templateJobPointer: PointerOut = ([first = '', ...rest]) => {
  return first === 'template' ? ['name'] : optionPointer([first, ...rest])
}

/** Of a batch: the service tells entries by their number alone. */
export function batchPointer(wireTypes: readonly string[]): PointerOut {
  return ([index = '', ...rest]) => [
    'jobs',
    index,
    ...submissionPointer(wireTypes[Number(index)] ?? '')(rest),
  ]
}

/** Of a flow: each of its jobs has the fields of a submission. */
export function flowPointer(wireTypes: ReadonlyMap<string, string>): PointerOut {
  return ([first = '', name = '', part = '', ...rest]) => {
    if (first === 'id') return ['flow_id']
    if (first !== 'jobs' || part === '') return [first, name, part, ...rest]
    const wireType = wireTypes.get(unescaped(name)) ?? ''
    if (part === 'job') return ['jobs', name, 'job_type', ...jobPointer(rest, wireType)]
    if (part === 'options') return ['jobs', name, ...optionPointer(rest)]
    if (part === 'dependsOn') {
      return ['jobs', name, 'depends_on', ...rest.map((one) => wireWord(flowDependencyWords, one))]
    }
    return ['jobs', name, ...submissionPointer(wireType)([part, ...rest])]
  }
}

/** Of a schedule or a template: its job is the `job_template`. */
export function templatePointer(wireType: string): PointerOut {
  return ([first = '', ...rest]) => {
    if (first === 'job') return ['job_template', ...jobPointer(rest, wireType)]
    return first === 'options' ? optionPointer(rest) : optionPointer([first, ...rest])
  }
}

/** Of an object whose fields the wire calls otherwise, and nothing within them. */
export function fieldPointer(words: ReadonlyMap<string, string>): PointerOut {
  return ([first = '', ...rest]) => [wireWord(words, first), ...rest]
}

// -------------------------------------------------------------------------------------------------------------------

const jobFields = [
  ...['type', 'url', 'urls', 'options', 'jobName', 'taskType', 'parameters', 'payload'],
  ...['template', 'version', 'pdfData'],
]

const optionWords = new Map([
  ...termWords,
  ['job_id', 'id'],
  ['retry_config', 'retry'],
  ['scheduled_at', 'runAt'],
  ['delay_ms', 'delayMs'],
  ['timeout_secs', 'timeoutMs'],
  ['cron_expression', 'cron'],
])

function placeOut(path: string, message: string, pointerOut: PointerOut): { path: string; message: string } {
  const parts = pointerOut(path.split('/').slice(1))
  const wire = `/${parts.filter((part) => part !== '').join('/')}`
  return { path: wire, message: wireMessage(message, path, wire) }
}

/**
 * Several things that are wrong at once stand in the facts, the first of them in the error itself: whose pointer also tells
 * what is around, where theirs do not.
 */
function problemsOut(error: RiptideError, pointerOut: PointerOut): RiptideError['facts'] {
  const { problems } = error.facts
  if (!Array.isArray(problems)) return error.facts
  const all = problems as readonly { code: string; path: string; message: string }[]
  const inner = all[0]?.path ?? ''
  const outer = error.path?.endsWith(inner) ? error.path.slice(0, error.path.length - inner.length) : ''
  const told = all.map(({ code, path, message }) => {
    return { error: code, ...placeOut(`${outer}${path}`, message, pointerOut) }
  })
  return { ...error.facts, problems: told }
}

function optionPointer([first = '', ...rest]: readonly string[]): readonly string[] {
  const terms = wordsOfTerm[first]
  const within = first === 'retry' ? retryWords : terms
  const inner = within ? rest.map((part) => wireWord(within, part)) : rest
  return [wireWord(optionWords, first), ...inner]
}

function jobPointer([first, ...rest]: readonly string[], wireType: string): readonly string[] {
  if (first === undefined) return []
  // Inside, a custom job's name is its type, and the fields of a built-in job are its payload.
  if (first === 'type' && wireType === 'custom') return ['job_name']
  if (first === 'payload' && wireType !== 'custom') return jobPointer(rest, wireType)
  if (first === 'options')
    return ['options', wireWord(optionWordsOf(wireType), rest[0] ?? ''), ...rest.slice(1)]
  return [wireWord(jobFieldWords, first), ...rest]
}

function wireWord(words: ReadonlyMap<string, string>, inside: string): string {
  for (const [wire, word] of words) if (word === inside) return wire
  return inside
}

function unescaped(part: string): string {
  return part.replace(/~1/g, '/').replace(/~0/g, '~')
}

/** Messages begin with the pointer of what is wrong; within something larger, with the pointers of that before it. */
function wireMessage(message: string, inside: string, wire: string): string {
  const bare = withoutOuter(message, inside)
  const mentioned = tailsOf(inside).find((tail) => bare.startsWith(tail))
  const said = mentioned === undefined ? bare : `${wire}${bare.slice(mentioned.length)}`
  return wire.endsWith('_secs') ? `${said} (in milliseconds)` : said
}

/** What is said after the pointers of what is around: of "/job: /url must ..." it is "/url must ...". */
function withoutOuter(message: string, pointer: string): string {
  const outer = tailsOf(pointer)
    .slice(1)
    .map((tail) => pointer.slice(0, pointer.length - tail.length))
    .find((head) => message.startsWith(`${head}: `))
  if (outer === undefined) return message
  return withoutOuter(message.slice(outer.length + 2), pointer.slice(outer.length))
}

/** A pointer, and what is left of it after each of its parts: the longest first. */
function tailsOf(pointer: string): readonly string[] {
  const parts = pointer.split('/').slice(1)
  return parts.map((_, i) => `/${parts.slice(i).join('/')}`)
}
