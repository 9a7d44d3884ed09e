import { type Place, wrong } from '../../core/check.js'
import { pointer } from '../../core/json.js'

/** What an app lets its urls reach beside the public network: nothing, everything, or these origins and no others. */
export type PrivateNetwork = boolean | readonly string[]

/** Whether the app has opened an origin (`http://127.0.0.1:3000`) that need not be public. */
export function isOpened(allowed: PrivateNetwork, origin: string): boolean {
  return typeof allowed === 'boolean' ? allowed : allowed.includes(origin)
}

/** The setting as an app gives it, its origins as `URL` writes them. */
export function asPrivateNetwork(value: unknown, place: Place): PrivateNetwork {
  if (typeof value === 'boolean') return value
  if (!Array.isArray(value))
    throw wrong('TYPE_MISMATCH', place, 'must be true, false or a list of origins', value)
  const origins: readonly unknown[] = value
  return Object.freeze(
    origins.map((origin, i) => asOrigin(origin, { ...place, path: pointer(place.path, i) })),
  )
}

// -------------------------------------------------------------------------------------------------------------------

function asOrigin(value: unknown, place: Place): string {
  const url =
    typeof value === 'string' && /^https?:\/\//i.test(value) && URL.canParse(value) ? new URL(value) : null
  if (url && url.href === `${url.origin}/`) return url.origin
  throw wrong(
    'TYPE_MISMATCH',
    place,
    'must be an origin such as http://127.0.0.1:3000, without a path',
    value,
  )
}
