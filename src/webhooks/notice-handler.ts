import { asObject } from '../core/check.js'
import { PermanentError, RiptideError } from '../core/errors.js'
import type { AnyJobDefinition } from '../core/handler.js'
import { type Notice, noticeAttempts, noticeType } from '../core/job-terms.js'
import { type JobWebhook, readSettings } from '../core/job-view.js'
import type { JobRecord, NewJob } from '../core/queue-adapter.js'
import { idOf } from '../core/random.js'
import { type FinalStatus, finalStates } from '../core/states.js'
import { type WebhookEvent, eventOf } from '../core/webhook-event.js'
import { deliveryJob } from './delivery.js'
import { noticeWaitMs } from './delivery-waits.js'
import type { WebhookDeps } from './deps.js'
import { eventBody } from './event-body.js'
import { internalJob } from './internal-job.js'
import { idOfSetting, subscriptionOf, wants } from './subscription.js'
import type { WebhookBook } from './webhook-book.js'

/** Notices at once. */
const ownSlots = 10
const timeoutMs = 120_000

/**
 * The job type `riptide.notice`, which a store makes in the step in which a job ends that somebody wants to hear of: makes a
 * delivery for each target. Run twice, it makes the same deliveries.
 */
export function noticeDefinition(deps: WebhookDeps, book: WebhookBook): AnyJobDefinition {
  return internalJob({
    name: noticeType,
    ownSlots,
    maxAttempts: noticeAttempts,
    delay: (failures) => noticeWaitMs(failures, deps.random),
    timeoutMs,
    handler: async (payload, ctx) => {
      const jobs = await deliveriesOf(readNotice(payload), ctx.job.id, deps, book)
      for (const group of inSteps(jobs, deps.store.limits)) await submit(group, deps)
      return { deliveries: jobs.length }
    },
  })
}

// -------------------------------------------------------------------------------------------------------------------

async function deliveriesOf(
  notice: Notice,
  id: string,
  { store, resultOf }: WebhookDeps,
  book: WebhookBook,
): Promise<readonly NewJob[]> {
  const event = eventOf(notice.status)
  const [settings, record] = await Promise.all([book.all(), store.get(notice.job)])
  const webhooks = settings
    .filter((setting) => wants(subscriptionOf(setting), event, notice.type))
    .map((setting) => idOfSetting(setting))
  const own = ownWebhook(record, event)
  if (webhooks.length === 0 && !own) return []
  const ended = isStill(notice, record) ? record : null
  const body = eventBody(notice, ended, ended ? await resultOf(ended) : 'none')
  const shared = { notice: id, event, job: notice.job, body }
  return [
    ...webhooks.map((webhook) => deliveryJob({ ...shared, webhook, target: webhook, own: undefined })),
    ...(own ? [deliveryJob({ ...shared, webhook: null, target: placeOf(own.url), own })] : []),
  ]
}

/** The webhook that the job itself has, where it asks for that event. */
function ownWebhook(record: JobRecord | null, event: WebhookEvent): JobWebhook | undefined {
  const own = record && readSettings(record.options).webhook
  return own?.events.includes(event) ? own : undefined
}

/** The record tells of the life that the notice is about. */
function isStill({ generation, status }: Notice, record: JobRecord | null): boolean {
  return record?.generation === generation && record.status === status
}

/** The same for all urls of one origin, and no secret. */
function placeOf(url: string): string {
  return idOf('origin', new URL(url).origin)
}

async function submit(jobs: readonly NewJob[], { store }: WebhookDeps): Promise<void> {
  const answers = await store.submit(jobs)
  const full = answers.find((answer) => answer.kind === 'full')
  if (full) throw new RiptideError('STORE_FULL', `the queue is full (${full.limit})`, { retryable: true })
}

/** Groups that fit into one step of the store each. */
function* inSteps(
  jobs: readonly NewJob[],
  { items, bytes }: WebhookDeps['store']['limits'],
): Generator<readonly NewJob[]> {
  let group: NewJob[] = []
  let size = 0
  for (const job of jobs) {
    const own = Buffer.byteLength(job.payload) + 500
    if (group.length > 0 && (group.length >= items || size + own > bytes)) {
      yield group
      group = []
      size = 0
    }
    group.push(job)
    size += own
  }
  if (group.length > 0) yield group
}

function readNotice(payload: unknown): Notice {
  const { job, type, status, generation, at } = asObject(payload, { path: '' })
  const isNotice =
    typeof job === 'string' &&
    typeof type === 'string' &&
    finalStates.some((state) => state === status) &&
    typeof generation === 'number' &&
    typeof at === 'number'
  if (!isNotice) throw new PermanentError('this is no notice that a store made')
  return { job, type, status: status as FinalStatus, generation, at }
}
