import type { LookupAddress } from 'node:dns'
import { type LookupFunction, isIP } from 'node:net'
import type { RiptideError } from '../../core/errors.js'
import { blockedHost, dnsFailure } from './connect-failure.js'

/**
 * A lookup for `net.connect` whose answers are all allowed: a name with one address that is not is refused whole, since
 * which of its addresses gets dialled is for others to decide.
 */
export function guardedLookup(lookup: LookupFunction, isAllowed: (ip: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, answer, family) => {
      // With an error Node calls back with nothing else, whatever its types say.
      if (error) return callback(dnsFailure(hostname, error), '', 0)
      const addresses =
        typeof answer === 'string' ? [{ address: answer, family: family ?? isIP(answer) }] : answer
      const failure = objection(hostname, addresses, isAllowed)
      const first = addresses[0]
      if (failure || !first) callback(failure ?? dnsFailure(hostname, undefined), '', 0)
      else if (options.all) callback(null, addresses)
      else callback(null, first.address, first.family)
    })
  }
}

// -------------------------------------------------------------------------------------------------------------------

function objection(
  hostname: string,
  addresses: readonly LookupAddress[],
  isAllowed: (ip: string) => boolean,
): RiptideError | null {
  if (addresses.some(({ address }) => isIP(address) === 0)) return dnsFailure(hostname, undefined)
  return addresses.every(({ address }) => isAllowed(address)) ? null : blockedHost(hostname)
}
