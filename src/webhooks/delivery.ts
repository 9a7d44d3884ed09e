import { asObject } from '../core/check.js'
import { PermanentError } from '../core/errors.js'
import { noTerms } from '../core/job-terms.js'
import { type JobSettings, type JobWebhook, writeSettings } from '../core/job-view.js'
import type { NewJob } from '../core/queue-adapter.js'
import { idOf } from '../core/random.js'
import { defaultRetry } from '../core/retry.js'
import { deliveryAttempts } from './delivery-waits.js'

/** The type of a job that delivers one event to one target. Its id is the `webhook-id` of all its tries. */
export const deliveryType = 'riptide.webhook'

/** Deliveries to one target at once: one that hangs must not take all slots. */
const mostAtOnce = 4

/** Longest run of a delivery; the time for an answer, which the app sets, is shorter. */
export const deliveryTimeoutMs = 180_000

/** The payload of a delivery, which anyone may see. Where to, and with which secrets, is looked up for each try. */
export interface Delivery {
  readonly event: string
  /** The job that ended. */
  readonly job: string
  /** The id of a subscription; null for the webhook that the job itself has. */
  readonly webhook: string | null
  /** The very text that is signed and sent. */
  readonly body: string
}

export interface NewDelivery extends Delivery {
  /** The id of the notice that it comes from: the same notice makes the same delivery. */
  readonly notice: string
  /** The same for all deliveries that go to one place. */
  readonly target: string
  /** The webhook of the job itself: where to, and its secret, stand with the delivery, which may outlive that job by weeks. */
  readonly own: JobWebhook | undefined
}

/** The job that delivers; submitted twice it is one. */
export function deliveryJob({ notice, target, own, ...delivery }: NewDelivery): NewJob {
  const { event, job, webhook, body } = delivery
  const id = idOf(deliveryType, notice, webhook ?? '')
  return {
    id,
    token: id,
    digest: '',
    type: deliveryType,
    priority: 'normal',
    maxAttempts: deliveryAttempts,
    delayMs: null,
    runAt: null,
    dedupeKey: null,
    payload: JSON.stringify({ event, job, webhook, body } satisfies Delivery),
    options: own === undefined ? options : writeSettings({ ...settings, webhook: own }),
    terms: { ...noTerms, concurrency: { key: `${deliveryType}:${target}`, max: mostAtOnce } },
  }
}

/** The payload of a delivery that runs. */
export function readDelivery(payload: unknown): Delivery {
  const { event, job, webhook, body } = asObject(payload, { path: '' })
  const isDelivery =
    typeof event === 'string' &&
    typeof job === 'string' &&
    (webhook === null || typeof webhook === 'string') &&
    typeof body === 'string'
  if (!isDelivery) throw new PermanentError('this is no delivery that the library made')
  return { event, job, webhook, body }
}

const settings: JobSettings = {
  retry: { ...defaultRetry, maxAttempts: deliveryAttempts },
  timeoutMs: deliveryTimeoutMs,
  metadata: {},
}
const options = writeSettings(settings)
