import { PermanentError, RetryAfterError, RiptideError, isRiptideError } from '../core/errors.js'
import type { WebhookAnswer } from './deps.js'
import { longestWaitMs } from './delivery-waits.js'

/** What an answer means: delivered, or that nobody wants it any more, or that it has to be tried again. */
export type Verdict = 'delivered' | 'gone' | 'failed'

/** Only 2xx is a yes. A redirect is none: to follow it would be to let the target choose another one. */
export function verdictOf(status: number): Verdict {
  if (status >= 200 && status < 300) return 'delivered'
  return status === 410 ? 'gone' : 'failed'
}

/**
 * The failure of this try. A target that asks for more time than the usual wait is given it; one that asks for less is not, or
 * ten tries could be over in ten seconds.
 */
export function failureOf({ status, retryAfterMs = 0 }: WebhookAnswer, waitMs: number): RiptideError {
  const options = { code: 'WEBHOOK_FAILED', facts: { status } } as const
  const text = `the target answered with status ${status}`
  const asked = Math.min(retryAfterMs, longestWaitMs)
  return asked > waitMs
    ? new RetryAfterError(`${text}, and asked for ${Math.round(asked / 1000)} s`, asked, options)
    : new RiptideError('WEBHOOK_FAILED', text, { retryable: true, facts: { status } })
}

export function goneError(): PermanentError {
  return new PermanentError('the target answered with status 410: it wants no more deliveries', {
    code: 'WEBHOOK_FAILED',
    facts: { status: 410 },
  })
}

/** What came instead of an answer: where the url itself may not be used, another try has no better chance. */
export function asDeliveryError(thrown: unknown): unknown {
  if (!isRiptideError(thrown) || !thrown.code.startsWith('URL_')) return thrown
  return new PermanentError(thrown.message, { code: thrown.code })
}
