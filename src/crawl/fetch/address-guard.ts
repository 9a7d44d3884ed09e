import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/**
 * True for an address on the public internet. Loopback, private, link-local, shared, multicast, documentation, benchmark,
 * tunnel and reserved ranges are not, nor are the metadata services of clouds, nor is anything that is no plain address.
 */
export function isPublicAddress(ip: string): boolean {
  if (isIP(ip) === 0 || ip.includes('%')) return false
  return isIP(ip) === 4 ? isPublicV4(ip) : isPublicV6(ipaddr.IPv6.parse(inHex(ip)))
}

// -------------------------------------------------------------------------------------------------------------------

/** Azure's platform services, in the middle of a public range. */
const azurePlatform = '168.63.129.16'

function isPublicV4(ip: string): boolean {
  return ip !== azurePlatform && ipaddr.IPv4.parse(ip).range() === 'unicast'
}

/**
 * Two kinds of IPv6 address reach an IPv4 one and are judged by it: v4-mapped, and NAT64 (64:ff9b::/96), by which hosts
 * without IPv4 see the public internet. 6to4 and Teredo also embed one, but are dead, and are refused like all that lies
 * outside of 2000::/3, the only range that is given out.
 */
function isPublicV6(address: ipaddr.IPv6): boolean {
  if (isIn(address, '::ffff:0:0', 96) || isIn(address, '64:ff9b::', 96))
    return isPublicV4(lastFourBytes(address))
  return isIn(address, '2000::', 3) && address.range() === 'unicast'
}

/** Without dots: ipaddr.js takes `::8.8.8.8` for a v4-mapped address, which it is not. */
function inHex(ip: string): string {
  return new URL(`http://[${ip}]`).hostname.slice(1, -1)
}

function isIn(address: ipaddr.IPv6, network: string, bits: number): boolean {
  return address.match(ipaddr.IPv6.parse(network), bits)
}

function lastFourBytes(address: ipaddr.IPv6): string {
  return address.toByteArray().slice(-4).join('.')
}
