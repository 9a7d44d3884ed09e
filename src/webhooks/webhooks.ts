import type { WebhooksPart } from '../control-parts.js'
import type { AnyJobDefinition } from '../core/handler.js'
import { deliveryDefinition } from './delivery-handler.js'
import type { WebhookDeps } from './deps.js'
import { noticeDefinition } from './notice-handler.js'
import { WebhookBook } from './webhook-book.js'

/**
 * Webhooks by Standard Webhooks 1.0.0. A store makes a notice in the very step in which a job ends; the notice makes one delivery
 * for each target; a delivery tries until it is taken, for three days and a half. All three are jobs, so none of it is lost
 * with a process, and each may come twice.
 */
export function webhooks(deps: WebhookDeps): {
  readonly part: WebhooksPart
  readonly definitions: readonly AnyJobDefinition[]
} {
  const book = new WebhookBook(deps)
  return { part: book, definitions: [noticeDefinition(deps, book), deliveryDefinition(deps, book)] }
}
