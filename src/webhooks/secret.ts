import { RiptideError } from '../core/errors.js'
import { secretBytes } from '../core/random.js'
import { isWebhookSecret, secretPrefix, secretRule } from '../core/webhook-event.js'

/** A secret that nobody has had before. */
export function newSecret(): string {
  return secretPrefix + Buffer.from(secretBytes(32)).toString('base64')
}

/** What everyone may see of a secret. */
export function maskSecret(secret: string): string {
  return `${secretPrefix}****${secret.slice(-4)}`
}

/** The url that a user gave, by the rules of the service. URL_INVALID without what came where a secret stands in its place. */
export function asTarget(
  value: unknown,
  path: string,
  { checkUrl }: { readonly checkUrl: (value: unknown, path: string) => string },
): string {
  if (typeof value !== 'string' || !/^\s*whsec_/i.test(value)) return checkUrl(value, path)
  throw new RiptideError('URL_INVALID', `${path} must be a url; a secret came, which goes beside it`, {
    path,
  })
}

/** The secret that a user gave. TYPE_MISMATCH without what came: it may be a secret all the same. */
export function asSecret(value: unknown, path: string): string {
  if (isWebhookSecret(value)) return value
  throw new RiptideError('TYPE_MISMATCH', `${path} ${secretRule}`, { path })
}
