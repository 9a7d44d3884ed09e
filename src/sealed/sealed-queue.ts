import type { NewSchedule, QueueAdapter } from '../core/queue-adapter.js'
import type { OpenedSchedule } from '../core/schedule.js'
import { sealedStorage } from './sealed-storage.js'
import { SealedTexts } from './sealed-texts.js'
import { type SealKey, Sealer } from './sealer.js'

/**
 * The same queue, whose store sees no payload, result, step, definition of a schedule, setting or webhook's secret in the clear. Ids,
 * types, keys, times, metadata, errors, urls of webhooks, progress and log lines it does see: it works with them, or lists them. A text
 * without the mark is taken as it is.
 *
 * The verbs by which jobs are moved to another store are not among its own: `migrate` takes the queue itself, and moves what is
 * sealed as it is.
 */
export function sealedQueue(queue: QueueAdapter, keys: readonly SealKey[]): QueueAdapter {
  const sealer = new Sealer(keys)
  const texts = new SealedTexts(sealer)
  return {
    kind: queue.kind,
    limits: queue.limits,
    storage: sealedStorage(queue.storage, sealer),
    ...unchanged(queue),
    ...optional(queue, texts),
    submit: (jobs) => queue.submit(jobs.map((job) => texts.sealJob(job))),
    async cycle(request) {
      const outcomes = request.outcomes.map((report) => texts.sealOutcome(report))
      const reply = await queue.cycle({ ...request, outcomes })
      if (reply.kind === 'old') return reply
      return { ...reply, claims: reply.claims.map((claim) => texts.openClaim(claim)) }
    },
    async get(id) {
      const record = await queue.get(id)
      return record === null ? null : texts.openRecord(record)
    },
    cancel: async (request) => texts.openAnswer(await queue.cancel(request)),
    retry: async (request) => texts.openAnswer(await queue.retry(request)),
    reprioritise: async (request) => texts.openAnswer(await queue.reprioritise(request)),
    async keepStep(request) {
      const { id, key, text } = request
      const answer = await queue.keepStep({ ...request, text: texts.sealStep(id, key, text) })
      return answer.kind === 'kept' ? { kind: 'kept', text: texts.openStep(id, key, answer.text) } : answer
    },
    async steps(lease) {
      const steps = await queue.steps(lease)
      return steps?.map(({ key, text }) => ({ key, text: texts.openStep(lease.id, key, text) })) ?? null
    },
    async putSchedule(schedule) {
      const standing = await standingSchedule(queue, texts, schedule)
      if (standing) return standing
      const record = await queue.putSchedule(texts.sealSchedule(schedule))
      return record === null ? null : texts.openSchedule(record)
    },
    async schedules(): Promise<readonly OpenedSchedule[]> {
      return (await queue.schedules()).map((record) => texts.openSchedule(record))
    },
    fire: (request) =>
      queue.fire({ ...request, job: request.job === null ? null : texts.sealJob(request.job) }),
    async settings(query) {
      return (await queue.settings(query)).map((setting) => texts.openSetting(setting))
    },
    putSetting: (request) =>
      queue.putSetting({ ...request, text: texts.sealSetting(request.key, request.text) }),
  }
}

// -------------------------------------------------------------------------------------------------------------------

/**
 * The schedule of that name, if it says the same. Asked of what was sealed and not of the store's digest, which is another one
 * after a rotation: the same definition, declared again, must not move a slot. A change of a certain version is put in any case.
 */
async function standingSchedule(
  queue: QueueAdapter,
  texts: SealedTexts,
  { name, digest, ifVersion }: NewSchedule,
): Promise<OpenedSchedule | undefined> {
  if (ifVersion !== undefined) return undefined
  const found = (await queue.schedules()).find((record) => record.name === name)
  const standing = found && texts.openSchedule(found)
  return standing?.fault === undefined && standing?.digest === digest ? standing : undefined
}

/** The verbs that carry no such text. */
function unchanged(queue: QueueAdapter) {
  return {
    open: queue.open.bind(queue),
    close: queue.close.bind(queue),
    time: queue.time.bind(queue),
    renew: queue.renew.bind(queue),
    leave: queue.leave.bind(queue),
    discard: queue.discard.bind(queue),
    pause: queue.pause.bind(queue),
    resume: queue.resume.bind(queue),
    pauses: queue.pauses.bind(queue),
    keyState: queue.keyState.bind(queue),
    list: queue.list.bind(queue),
    counts: queue.counts.bind(queue),
    metrics: queue.metrics.bind(queue),
    instances: queue.instances.bind(queue),
    prune: queue.prune.bind(queue),
    removeSchedule: queue.removeSchedule.bind(queue),
    removeSetting: queue.removeSetting.bind(queue),
    subscribe: queue.subscribe.bind(queue),
  } satisfies Partial<QueueAdapter>
}

/** Verbs that not every queue has. */
function optional(queue: QueueAdapter, texts: SealedTexts): Partial<QueueAdapter> {
  const submitIn = queue.submitIn?.bind(queue)
  const wake = queue.wake?.bind(queue)
  const mend = queue.mend?.bind(queue)
  return {
    ...(submitIn && {
      submitIn: (connection, jobs) =>
        submitIn(
          connection,
          jobs.map((job) => texts.sealJob(job)),
        ),
    }),
    ...(wake && { wake }),
    ...(mend && { mend }),
  }
}
