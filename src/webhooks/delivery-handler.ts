import { PermanentError } from '../core/errors.js'
import type { AnyJobDefinition, JobContext } from '../core/handler.js'
import { readSettings } from '../core/job-view.js'
import { sealedFault, sealedMark } from '../core/stored-json.js'
import { type Delivery, deliveryTimeoutMs, deliveryType, readDelivery } from './delivery.js'
import { deliveryAttempts, deliveryWaitMs } from './delivery-waits.js'
import type { WebhookAnswer, WebhookDeps } from './deps.js'
import { internalJob } from './internal-job.js'
import { webhookHeaders } from './signature.js'
import { secretsAt } from './subscription.js'
import { asDeliveryError, failureOf, goneError, verdictOf } from './verdict.js'
import type { WebhookBook } from './webhook-book.js'

/** The result of a delivery that needs no other try. */
export type Delivered =
  | { readonly delivered: true; readonly status: number }
  | { readonly delivered: false; readonly reason: string }

interface Target {
  readonly url: string
  readonly secrets: readonly string[]
}

/**
 * The job type `riptide.webhook`: one event to one target. Each try asks anew where to and with which secrets, is signed anew,
 * and has the same id and the same bytes.
 */
export function deliveryDefinition(deps: WebhookDeps, book: WebhookBook): AnyJobDefinition {
  return internalJob({
    name: deliveryType,
    ownSlots: deps.concurrency,
    maxAttempts: deliveryAttempts,
    delay: (failures) => deliveryWaitMs(failures, deps.random),
    timeoutMs: deliveryTimeoutMs,
    handler: (payload, ctx) => deliver(readDelivery(payload), ctx, deps, book),
  })
}

async function deliver(
  delivery: Delivery,
  ctx: JobContext,
  deps: WebhookDeps,
  book: WebhookBook,
): Promise<Delivered> {
  const target = await targetOf(delivery, ctx.job.id, deps, book)
  if ('reason' in target) return { delivered: false, reason: target.reason }
  const answer = await send(target, delivery.body, ctx, deps)
  const { status } = answer
  const verdict = verdictOf(status)
  if (verdict === 'delivered') return { delivered: true, status }
  if (verdict === 'failed') throw failureOf(answer, deliveryWaitMs(ctx.job.retryCount + 1, deps.random))
  if (delivery.webhook !== null)
    await book.switchOff(delivery.webhook, target.url, 'it answered with 410 Gone')
  throw goneError()
}

// -------------------------------------------------------------------------------------------------------------------

async function targetOf(
  { webhook }: Delivery,
  id: string,
  { store, secret, now }: WebhookDeps,
  book: WebhookBook,
): Promise<Target | { readonly reason: string }> {
  if (webhook !== null) {
    const subscription = await book.find(webhook)
    if (!subscription) return { reason: 'the webhook was removed' }
    if (!subscription.enabled) return { reason: 'the webhook is switched off' }
    return { url: subscription.url, secrets: secretsAt(subscription, now()) }
  }
  const record = await store.get(id)
  const own = record && readSettings(record.options).webhook
  if (!own) throw new PermanentError('the delivery does not say where to', { code: 'WEBHOOK_FAILED' })
  const standing = own.secret ?? secret
  if (standing?.startsWith(sealedMark) === true) throw sealedFault()
  return { url: own.url, secrets: standing === null ? [] : [standing] }
}

async function send(
  { url, secrets }: Target,
  body: string,
  ctx: JobContext,
  { send: post, checkUrl, clock }: WebhookDeps,
): Promise<WebhookAnswer> {
  const message = { id: ctx.job.id, timestamp: Math.floor(clock.now() / 1000), body }
  const headers = { 'content-type': 'application/json', ...webhookHeaders(message, secrets) }
  try {
    // Once more: what the app allows may have changed since.
    return await post({ url: checkUrl(url, 'the url'), headers, body, signal: ctx.signal })
  } catch (thrown) {
    throw asDeliveryError(thrown)
  }
}
