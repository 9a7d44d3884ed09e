import { RiptideError, describe } from '../core/errors.js'

/**
 * The key of an `Idempotency-Key` header, quoted or not (draft-ietf-httpapi-idempotency-key-header-07): as long as the job
 * it made is kept, the same key with the same body is answered with that job. IDEMPOTENCY_KEY_INVALID for what is no key.
 */
export function idempotencyKeyIn(header: string | undefined): string | undefined {
  if (header === undefined) return undefined
  const key = /^"(.*)"$/.exec(header.trim())?.[1] ?? header.trim()
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key
  const rule = 'idempotency-key must be 1 to 255 visible ASCII characters'
  throw new RiptideError('IDEMPOTENCY_KEY_INVALID', `${rule}; got ${describe(header)}`)
}
