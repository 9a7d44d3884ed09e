import type { CrawlOptions } from '../options.js'
import { checkUrl } from '../fetch/url-check.js'
import { resolvePart } from './part-settings.js'

/** What an app lets its urls name. */
export type PublicUrlRules = Pick<CrawlOptions, 'allowPrivateNetwork' | 'allowedPorts'>

/**
 * The normalised form of a url that a crawler may ask for, as far as its text tells: http or https, no credentials, one of the
 * allowed ports, at most 8,192 characters, and a host that is not private in any spelling (`127.1`, `0x7f000001`,
 * `[::ffff:10.0.0.1]`). What its name resolves to is judged by whoever connects: a fetcher does, and `isPublicAddress` tells.
 *
 * Throws URL_INVALID, URL_SCHEME, URL_CREDENTIALS, URL_PORT, URL_BLOCKED or URL_TOO_LONG, with no credentials in the message;
 * CONFIG_INVALID for wrong rules.
 */
export function checkPublicUrl(url: unknown, rules: PublicUrlRules = {}): string {
  return checkUrl(url, '', resolvePart(rules, ['allowPrivateNetwork', 'allowedPorts']).options)
}
