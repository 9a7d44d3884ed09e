import { describe, expect, test } from 'vitest'
import { isPublicAddress } from '../../../src/crawl/fetch/address-guard.js'

/** First and last address of each range, and the neighbours outside of it that are public. */
const ranges: readonly [
  name: string,
  first: string,
  last: string,
  before: string | null,
  behind: string | null,
][] = [
  ['this network', '0.0.0.0', '0.255.255.255', null, '1.0.0.0'],
  ['private 10/8', '10.0.0.0', '10.255.255.255', '9.255.255.255', '11.0.0.0'],
  ['carrier-grade NAT', '100.64.0.0', '100.127.255.255', '100.63.255.255', '100.128.0.0'],
  ['loopback', '127.0.0.0', '127.255.255.255', '126.255.255.255', '128.0.0.0'],
  ['link-local', '169.254.0.0', '169.254.255.255', '169.253.255.255', '169.255.0.0'],
  ['private 172.16/12', '172.16.0.0', '172.31.255.255', '172.15.255.255', '172.32.0.0'],
  ['IETF assignments', '192.0.0.0', '192.0.0.255', '191.255.255.255', '192.0.1.0'],
  ['documentation 1', '192.0.2.0', '192.0.2.255', '192.0.1.255', '192.0.3.0'],
  ['6to4 relays', '192.88.99.0', '192.88.99.255', '192.88.98.255', '192.88.100.0'],
  ['private 192.168/16', '192.168.0.0', '192.168.255.255', '192.167.255.255', '192.169.0.0'],
  ['benchmarks', '198.18.0.0', '198.19.255.255', '198.17.255.255', '198.20.0.0'],
  ['documentation 2', '198.51.100.0', '198.51.100.255', '198.51.99.255', '198.51.101.0'],
  ['documentation 3', '203.0.113.0', '203.0.113.255', '203.0.112.255', '203.0.114.0'],
  ['multicast', '224.0.0.0', '239.255.255.255', '223.255.255.255', null],
  ['reserved and broadcast', '240.0.0.0', '255.255.255.255', null, null],
  ['all but the given-out IPv6, below', '::', '1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', null, '2000::'],
  [
    'all but the given-out IPv6, above',
    '4000::',
    'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    '3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    null,
  ],
  [
    'Teredo and IETF assignments',
    '2001::',
    '2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff',
    '2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    '2001:200::',
  ],
  [
    'IPv6 documentation 1',
    '2001:db8::',
    '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff',
    '2001:db7:ffff:ffff:ffff:ffff:ffff:ffff',
    '2001:db9::',
  ],
  [
    '6to4',
    '2002::',
    '2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    '2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    '2003::',
  ],
  ['IPv6 documentation 2', '3fff::', '3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff', null, '3fff:1000::'],
]

describe('an address', () => {
  test.each(ranges)('in the range %s is not public, its neighbours are', (_, first, last, before, behind) => {
    expect([first, last].map(isPublicAddress)).toEqual([false, false])
    expect([before, behind].filter((ip) => ip !== null).map(isPublicAddress)).not.toContain(false)
  })

  test.each([
    ['metadata of AWS, GCP, Azure', '169.254.169.254'],
    ['metadata of Alibaba', '100.100.100.200'],
    ['platform services of Azure', '168.63.129.16'],
    ['metadata of AWS over IPv6', 'fd00:ec2::254'],
    ['loopback over IPv6', '::1'],
    ['v4-mapped loopback', '::ffff:127.0.0.1'],
    ['v4-mapped loopback in hex', '::ffff:7f00:1'],
    ['v4-mapped metadata', '::ffff:a9fe:a9fe'],
    ['v4-compatible loopback', '::127.0.0.1'],
    ['v4-compatible, public', '::8.8.8.8'],
    ['v4-translated loopback', '::ffff:0:7f00:1'],
    ['NAT64 of loopback', '64:ff9b::7f00:1'],
    ['NAT64 of the platform services of Azure', '64:ff9b::168.63.129.16'],
    ['local NAT64', '64:ff9b:1::1'],
    ['6to4 of loopback', '2002:7f00:1::'],
    ['Teredo', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
    ['link-local over IPv6', 'fe80::1'],
    ['link-local with a zone', 'fe80::1%eth0'],
    ['site-local', 'fec0::1'],
    ['unique local', 'fc00::1'],
    ['IPv6 multicast', 'ff02::1'],
    ['discard-only', '100::1'],
    ['segment routing', '5f00::1'],
    ['public with a zone', '2606:4700::1111%1'],
  ])('that is %s is not public', (_, ip) => {
    expect(isPublicAddress(ip)).toBe(false)
  })

  test.each([
    '8.8.8.8',
    '168.63.129.15',
    '168.63.129.17',
    '2606:4700::1111',
    '::ffff:8.8.8.8',
    '64:ff9b::8.8.8.8',
  ])('%s is public', (ip) => {
    expect(isPublicAddress(ip)).toBe(true)
  })

  test.each([
    '',
    'example.com',
    '8.8',
    '0x8.8.8.8',
    '08.8.8.8',
    '134744072',
    '8.8.8.8.',
    '8.8.8.8/32',
    ' 8.8.8.8',
    '[2606:4700::1111]',
    '8.8.8.256',
  ])('in no plain form (%j) is not public', (ip) => {
    expect(isPublicAddress(ip)).toBe(false)
  })
})
