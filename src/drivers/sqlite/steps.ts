import type { Call, QueueVerb, Verb, Verbs } from './protocol.js'
import type { Neighbours } from './neighbours.js'
import type { Resends } from './resends.js'
import type { Store } from './store.js'
import type { Texts } from './texts.js'

/** Each verb as a synchronous step; `now` is the time of whoever called. */
export type Steps = {
  readonly [V in Verb]: (now: number, ...args: Parameters<Verbs[V]>) => ReturnType<Verbs[V]>
}

/** Verbs that change nothing, and so need no transaction that writes. */
export const reads: ReadonlySet<Verb> = new Set<Verb>([
  'get',
  'list',
  'counts',
  'metrics',
  'instances',
  'schedules',
  'exportJobs',
  'withdrawal',
  'foresee',
  'pauses',
  'keyState',
  'steps',
  'settings',
  'wake',
  'readText',
])

export interface StepParts {
  readonly store: Store
  readonly texts: Texts
  readonly resends: Resends
  readonly neighbours: Pick<Neighbours, 'wakeAll'>
}

export function stepsOver({ store, texts, resends, neighbours }: StepParts): Steps {
  return {
    ...stepsOfStore(store),
    cycle: (now, request) => resends.answer(request, () => store.cycle(request, now)),
    leave(_, instance) {
      store.leave(instance)
      resends.forget(instance)
    },
    wake() {
      neighbours.wakeAll()
      return undefined
    },
    readText: (now, shelf, key) => texts.read(shelf, key, now),
    keepText(now, shelf, key, text, ttlMs) {
      texts.keep(shelf, key, text, ttlMs, now)
      return undefined
    },
    replaceText(now, shelf, key, expected, text, ttlMs) {
      if (texts.read(shelf, key, now) !== expected) return false
      texts.keep(shelf, key, text, ttlMs, now)
      return true
    },
    removeText(_, shelf, key) {
      texts.remove(shelf, key)
      return undefined
    },
    removeOverdueTexts: (now, shelf, limit) => texts.removeOverdue(shelf, limit, now),
    removeTextsBelow: (_, shelf, prefix, limit) => texts.removeBelow(shelf, prefix, limit),
  }
}

function stepsOfStore(store: Store): Pick<Steps, QueueVerb> {
  return {
    submit: (now, jobs) => store.submit(jobs, now),
    cycle: (now, request) => store.cycle(request, now),
    renew: (now, request) => store.renew(request, now),
    leave: (_, instance) => store.leave(instance),
    cancel: (now, request) => store.cancel(request, now),
    retry: (now, request) => store.retry(request, now),
    reprioritise: (now, request) => store.reprioritise(request, now),
    discard: (_, request) => store.discard(request),
    pause: (_, type) => store.pause(type),
    resume: (_, type) => store.resume(type),
    pauses: () => store.pauses(),
    keyState: (now, query) => store.keyState(query, now),
    keepStep: (_, request) => store.keepStep(request),
    steps: (_, lease) => store.steps(lease),
    settings: (_, query) => store.settings(query),
    putSetting: (_, request) => store.putSetting(request),
    removeSetting: (_, key) => store.removeSetting(key),
    get: (now, id) => store.get(id, now),
    list: (now, query) => store.list(query, now),
    counts: (now) => store.counts(now),
    metrics: () => store.metrics(),
    instances: (now) => store.instances(now),
    prune: (now, request) => store.prune(request, now),
    mend: (now) => store.mend(now),
    putSchedule: (now, schedule) => store.putSchedule(schedule, now),
    schedules: () => store.schedules(),
    removeSchedule: (_, id, token) => store.removeSchedule(id, token),
    fire: (now, request) => store.fire(request, now),
    exportJobs: (now, request) => store.moving.exportJobs(request, now),
    withdraw: (_, request) => store.moving.withdraw(request),
    withdrawal: () => store.moving.withdrawal(),
    foresee: (_, request) => store.moving.foresee(request),
    importJobs: (now, request) => store.moving.importJobs(request, now),
  }
}

/** Does what is called for. */
export function take<V extends Verb>(
  steps: Steps,
  { verb, args }: Call<V>,
  now: number,
): ReturnType<Verbs[V]> {
  return steps[verb](now, ...args)
}

/** Of the texts that a call writes, in characters. */
export function sizeOf({ verb, args }: Call): number {
  if (verb === 'keepText') return String(args[2]).length
  if (verb === 'replaceText') return String(args[3]).length
  if (verb !== 'submit') return 0
  const [jobs] = args as Parameters<Verbs['submit']>
  return jobs.reduce((sum, job) => sum + job.payload.length + job.options.length, 0)
}

/** Jobs that go on in the app when the call is answered: those that a cycle ends and those that it starts. */
export function jobsOf({ verb, args }: Call): number {
  if (verb !== 'cycle') return 0
  const [{ outcomes, wanted }] = args as Parameters<Verbs['cycle']>
  return outcomes.length + wanted.length
}
