import type { CycleReply, CycleRequest, QueueAdapter, QueueMoving } from '../../../src/core/queue-adapter.js'
import { canMove } from '../../../src/core/queue-move.js'

/** A queue with one thing wrong, and the guarantee that it breaks. */
export interface Mutant {
  readonly name: string
  readonly breaks: string
  readonly change: (queue: QueueAdapter) => Partial<QueueAdapter>
  /** A random walk alone finds it, too. */
  readonly inWalk?: true
}

/** The queue with some of its verbs replaced. */
export function mutate(queue: QueueAdapter, change: Mutant['change']): QueueAdapter {
  return {
    kind: queue.kind,
    storage: queue.storage,
    // As of a store that takes several cycles at once, so that what is wrong with channels can show.
    limits: { ...queue.limits, inFlight: 3 },
    open: (options) => queue.open(options),
    close: () => queue.close(),
    time: () => queue.time(),
    submit: (jobs) => queue.submit(jobs),
    cycle: (request) => queue.cycle(request),
    renew: (request) => queue.renew(request),
    leave: (instance) => queue.leave(instance),
    cancel: (request) => queue.cancel(request),
    retry: (request) => queue.retry(request),
    reprioritise: (request) => queue.reprioritise(request),
    discard: (request) => queue.discard(request),
    pause: (type) => queue.pause(type),
    resume: (type) => queue.resume(type),
    pauses: () => queue.pauses(),
    keyState: (query) => queue.keyState(query),
    keepStep: (request) => queue.keepStep(request),
    steps: (lease) => queue.steps(lease),
    settings: (query) => queue.settings(query),
    putSetting: (request) => queue.putSetting(request),
    removeSetting: (key) => queue.removeSetting(key),
    get: (id) => queue.get(id),
    list: (query) => queue.list(query),
    counts: () => queue.counts(),
    metrics: () => queue.metrics(),
    instances: () => queue.instances(),
    prune: (request) => queue.prune(request),
    putSchedule: (schedule) => queue.putSchedule(schedule),
    schedules: () => queue.schedules(),
    removeSchedule: (id, token) => queue.removeSchedule(id, token),
    fire: (request) => queue.fire(request),
    ...movingVerbsOf(queue),
    subscribe: (instance, listener, options) => queue.subscribe(instance, listener, options),
    ...change(queue),
  }
}

/** The verbs for moving, where the queue has them. */
function movingVerbsOf(queue: QueueAdapter): Partial<QueueMoving> {
  if (!canMove(queue)) return {}
  return {
    exportJobs: (request) => queue.exportJobs(request),
    withdraw: (request) => queue.withdraw(request),
    withdrawal: () => queue.withdrawal(),
    foresee: (request) => queue.foresee(request),
    importJobs: (request) => queue.importJobs(request),
  }
}

type Done = Extract<CycleReply, { kind: 'done' }>

/** The queue answers cycles, but otherwise. */
export function changeReply(queue: QueueAdapter, change: (reply: Done) => Done): Partial<QueueAdapter> {
  return {
    cycle: async (request) => {
      const reply = await queue.cycle(request)
      return reply.kind === 'done' ? change(reply) : reply
    },
  }
}

/** The queue is asked for another cycle than was sent. */
export function changeRequest(
  queue: QueueAdapter,
  change: (request: CycleRequest) => CycleRequest,
): Partial<QueueAdapter> {
  return { cycle: (request) => queue.cycle(change(request)) }
}

/** The queue hears of other outcomes than were sent. */
export function changeOutcomes(
  queue: QueueAdapter,
  change: (outcome: CycleRequest['outcomes'][number]) => CycleRequest['outcomes'][number],
): Partial<QueueAdapter> {
  return changeRequest(queue, (request) => ({ ...request, outcomes: request.outcomes.map(change) }))
}
