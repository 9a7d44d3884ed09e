import type { LookupFunction } from 'node:net'

/** Urls that lead, in one spelling or another, to a port of this very machine or of a network behind it. */
export function hostileUrls(port: number): readonly string[] {
  const hosts = [...loopback, ...embedded, ...special, ...Object.keys(names)]
  return [
    ...hosts.map((host) => `http://${host}:${port}/`),
    ...hosts.slice(0, 4).map((host) => `https://${host}:${port}/`),
    ...schemes.map((url) => url.replace('PORT', String(port))),
    ...spellings.map((url) => url.replace('PORT', String(port))),
  ]
}

/** What the names among them resolve to: each has a private address among its own. */
export const names: Readonly<Record<string, readonly string[]>> = {
  'loopback.test': ['127.0.0.1'],
  'loopback6.test': ['::1'],
  'ten.test': ['10.0.0.1'],
  'metadata.test': ['169.254.169.254'],
  'mapped.test': ['::ffff:127.0.0.1'],
  'nat64.test': ['64:ff9b::7f00:1'],
  'mixed.test': ['3000::1', '127.0.0.1'],
  'mixed-too.test': ['127.0.0.1', '3000::1'],
  'zero.test': ['0.0.0.0'],
  'zone.test': ['fe80::1%lo'],
}

/** A resolver that knows these names, and no other. */
export const lookup: LookupFunction = (hostname, _options, callback) => {
  const addresses = names[hostname] ?? []
  queueMicrotask(() =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    ),
  )
}

/** What a refusal may be called. */
export const refusals = [
  'URL_BLOCKED',
  'URL_CREDENTIALS',
  'URL_INVALID',
  'URL_PORT',
  'URL_SCHEME',
  'REDIRECT_INVALID',
  'DNS_FAILED',
]

// -------------------------------------------------------------------------------------------------------------------

const loopback = [
  ...[
    '127.0.0.1',
    '127.1',
    '127.255.255.254',
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '0177.0.0.1',
    '017700000001',
  ],
  ...['127.0.0.1.', '0', '0.0.0.0', 'localhost', 'LOCALHOST', 'localhost.', 'a.localhost'],
  ...['127。0。0。1', '①②⑦.⓪.⓪.①', '%31%32%37.0.0.1', '127.0.0.%31', 'loc%61lhost'],
]
const embedded = [
  ...['[::1]', '[::]', '[0:0:0:0:0:0:0:1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::ffff:0:7f00:1]'],
  ...['[::127.0.0.1]', '[::7f00:1]', '[64:ff9b::7f00:1]', '[64:ff9b:1::1]', '[2002:7f00:1::]', '[2001:0::1]'],
]
const special = [
  ...['10.0.0.0', '10.255.255.255', '172.16.0.0', '172.31.255.255', '192.168.0.0', '192.168.255.255'],
  ...['100.64.0.0', '100.127.255.255', '100.100.100.200', '169.254.0.0', '169.254.169.254', '168.63.129.16'],
  ...['192.0.0.0', '192.0.2.1', '198.18.0.0', '198.19.255.255', '198.51.100.1', '203.0.113.1'],
  ...['224.0.0.1', '240.0.0.0', '255.255.255.255', '[fe80::1]', '[fc00::1]', '[fd00:ec2::254]', '[ff02::1]'],
  ...['[100::1]', '[2001:db8::1]', '[::ffff:a9fe:a9fe]', '[4000::1]', '[fec0::1]'],
]
const schemes = [
  ...[
    'file:///etc/passwd',
    'ftp://127.0.0.1:PORT/',
    'gopher://127.0.0.1:PORT/_FLUSHALL',
    'dict://127.0.0.1:PORT/',
  ],
  ...[
    'ws://127.0.0.1:PORT/',
    'data:text/html,x',
    'javascript:1',
    'blob:http://127.0.0.1:PORT/x',
    'unix:/var/run/x',
  ],
  ...['http+unix://%2Fvar%2Frun%2Fx/', 'view-source:http://127.0.0.1:PORT/', 'jar:http://127.0.0.1:PORT/!/'],
]
const spellings = [
  ...[
    'http:127.0.0.1:PORT/',
    'http:///127.0.0.1:PORT/',
    'http:\\\\127.0.0.1:PORT\\',
    'http:/127.0.0.1:PORT/',
  ],
  ...[
    'http://user:pass@127.0.0.1:PORT/',
    'http://example.com@127.0.0.1:PORT/',
    'http://127.0.0.1:PORT#@example.com/',
  ],
  ...[
    'http://127.0.0.1:PORT\\@example.com/',
    'http://example.com:80@127.0.0.1:PORT/',
    ' http://127.0.0.1:PORT/ ',
  ],
  ...[
    'http://127.0.0.1\t:PORT/',
    'http://127.0.0.1\n:PORT/',
    'h\tttp://127.0.0.1:PORT/',
    '//127.0.0.1:PORT/',
  ],
  ...['http://127.0.0.1:0/', 'http://127.0.0.1:00PORT/'],
]
