import type { WebhookChange, WebhookInput } from '../control-api.js'
import type { Webhook, WebhookWithSecret } from '../control-api.js'
import type { WebhooksPart } from '../control-parts.js'
import { asId, asObject, integerIn, onlyKeys } from '../core/check.js'
import { RiptideError, describe } from '../core/errors.js'
import type { Setting } from '../core/queue-settings.js'
import { faultIn } from '../core/stored-json.js'
import type { WebhookDeps } from './deps.js'
import { jobWebhookOf } from './job-webhook.js'
import { newSecret } from './secret.js'
import {
  type Subscription,
  idOfSetting,
  mostSubscriptions,
  noticesOf,
  standingSecret,
  subscriptionKey,
  subscriptionOf,
  subscriptionPrefix,
  webhookOf,
} from './subscription.js'
import { changedSubscription, newSubscription } from './subscription-input.js'

const dayMs = 86_400_000
const longestOverlapMs = 30 * dayMs
/** Secrets that may be on their way out at once. */
const mostOldSecrets = 4
/** Others may change it at the same time, each once. */
const mostTries = 10

type Change = (standing: Subscription, now: number) => Subscription

/** The subscriptions of a namespace: each is a setting of its own, which says too what notices the store shall make for it. */
export class WebhookBook implements WebhooksPart {
  readonly #deps: WebhookDeps

  constructor(deps: WebhookDeps) {
    this.#deps = deps
  }

  async addWebhook(given: WebhookInput): Promise<WebhookWithSecret> {
    const { now, newId } = this.#deps
    const subscription = newSubscription(given, this.#deps, now())
    if ((await this.#stored()).length >= mostSubscriptions) throw tooMany()
    const id = newId()
    await this.#put(id, subscription, 0)
    return { ...webhookOf(id, subscription), secret: standingSecret(subscription) }
  }

  async getWebhook(id: string): Promise<Webhook | null> {
    const setting = await this.#find(id)
    return setting ? webhookOf(id, subscriptionOf(setting)) : null
  }

  async listWebhooks(): Promise<readonly Webhook[]> {
    const all = await this.all()
    return all.map((setting) => webhookOf(idOfSetting(setting), subscriptionOf(setting)))
  }

  async updateWebhook(id: string, change: WebhookChange): Promise<Webhook> {
    const changed = await this.#change(id, (standing, now) =>
      changedSubscription(standing, change, this.#deps, now),
    )
    return webhookOf(id, changed)
  }

  async rotateWebhookSecret(
    id: string,
    options: { readonly keepOldMs?: number | undefined } = {},
  ): Promise<WebhookWithSecret> {
    const fields = asObject(options, { path: '', code: 'ARGUMENT_INVALID' })
    onlyKeys(fields, ['keepOldMs'], { path: '' })
    const { keepOldMs = dayMs } = fields
    const overlapMs = integerIn(keepOldMs, 0, longestOverlapMs, { path: '/keepOldMs' })
    const secret = newSecret()
    const changed = await this.#change(id, (standing, now) => rotated(standing, secret, now, overlapMs))
    return { ...webhookOf(id, changed), secret }
  }

  async removeWebhook(id: string): Promise<void> {
    // Not by the answer of the removal: sent again after a lost reply, it finds nothing any more.
    if (!(await this.#find(id))) throw notFound(id)
    await this.#deps.store.removeSetting(subscriptionKey(id))
  }

  targetOf(given: unknown, path: string): ReturnType<WebhooksPart['targetOf']> {
    return jobWebhookOf(given, path, this.#deps)
  }

  /** The settings of all subscriptions, but for those that cannot be opened here: one of them hinders no other. */
  async all(): Promise<readonly Setting[]> {
    return (await this.#stored()).filter((setting) => faultIn(setting) === undefined)
  }

  /** The subscription with this id; undefined when it has been removed. */
  async find(id: string): Promise<Subscription | undefined> {
    const setting = await this.#find(id)
    return setting && subscriptionOf(setting)
  }

  /** Switches a subscription off, unless its url has changed since. */
  async switchOff(id: string, url: string, reason: string): Promise<void> {
    await this.#change(id, (standing, now) =>
      standing.enabled && standing.url === url
        ? { ...standing, enabled: false, disabledReason: reason, updatedAt: now }
        : standing,
    )
  }

  #stored(): Promise<readonly Setting[]> {
    return this.#deps.store.settings({ prefix: subscriptionPrefix, after: null, limit: 1_000 })
  }

  async #find(id: string): Promise<Setting | undefined> {
    const key = subscriptionKey(asId(id, { path: '/id' }))
    // Of all that begin with it the key itself comes first.
    const [first] = await this.#deps.store.settings({ prefix: key, after: null, limit: 1 })
    return first?.key === key ? first : undefined
  }

  async #change(id: string, change: Change): Promise<Subscription> {
    for (let tries = 0; tries < mostTries; tries++) {
      const setting = await this.#find(id)
      if (!setting) throw notFound(id)
      const standing = subscriptionOf(setting)
      const changed = change(standing, this.#deps.now())
      if (changed === standing || (await this.#put(id, changed, setting.version))) return changed
    }
    throw new RiptideError('STORE_BUSY', `the webhook ${describe(id)} is being changed by others`, {
      retryable: true,
    })
  }

  async #put(id: string, subscription: Subscription, version: number): Promise<boolean> {
    const { store, newId } = this.#deps
    const answer = await store.putSetting({
      key: subscriptionKey(id),
      text: JSON.stringify(subscription),
      notices: noticesOf(subscription),
      version,
      token: newId(),
    })
    return answer.kind === 'done'
  }
}

// -------------------------------------------------------------------------------------------------------------------

function rotated(standing: Subscription, secret: string, now: number, overlapMs: number): Subscription {
  const old = standing.secrets
    .map((one) => ({ ...one, until: Math.min(one.until ?? Infinity, now + overlapMs) }))
    .filter(({ until }) => until > now)
    .slice(0, mostOldSecrets)
  return { ...standing, secrets: [{ secret, until: null }, ...old], updatedAt: now }
}

function notFound(id: string): RiptideError {
  return new RiptideError('WEBHOOK_NOT_FOUND', `there is no webhook with the id ${describe(id)}`)
}

function tooMany(): RiptideError {
  return new RiptideError('RANGE', `a namespace has at most ${mostSubscriptions} webhooks`, {
    facts: { limit: mostSubscriptions },
  })
}
