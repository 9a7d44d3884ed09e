import { describe, expect, test } from 'vitest'
import { isRiptideError } from '../../../src/core/errors.js'
import { checkUrl } from '../../../src/crawl/fetch/url-check.js'

const publicOnly = { allowPrivateNetwork: false }
const anywhere = { allowPrivateNetwork: true }

function refusal(
  value: unknown,
  rules: Parameters<typeof checkUrl>[2] = publicOnly,
): { code: string; message: string; path: string | undefined } {
  try {
    return { code: `accepted as ${checkUrl(value, '/url', rules)}`, message: '', path: undefined }
  } catch (error) {
    if (!isRiptideError(error)) throw error
    return { code: error.code, message: error.message, path: error.path }
  }
}

test('a url of many dots takes no longer than another one', () => {
  // Where each dot is tried with each these take a minute.
  for (let i = 0; i < 2500; i++) expect(refusal('a.'.repeat(4096)).code).toBe('URL_INVALID')
})

describe('a url is refused', () => {
  test.each([
    '',
    ' ',
    'http://',
    'https://',
    '//host/x',
    '/path',
    'example.com',
    'http:///x',
    'http:x',
    'http:/x',
    'http:\\\\example.com',
    'localhost:3000',
    'LOCALHOST:3000/x',
    'a.b:1?x',
    'example.com:80/x',
    'http://a..b/',
    'http://.example.com/',
    'http://example.com../',
    `http://${'a'.repeat(64)}.com/`,
    `http://${'abcdefg.'.repeat(32)}com/`,
    'http://exa mple.com',
    'http://ex$mple.com/',
    'http://xn--a\u200d.com/',
    'http://xn--ls8h=.la/',
    'http://example.com:80:80/',
    'http://example.com:-1/',
    'http://example.com:http/',
    'http://example.com:65536/',
    'http://256.1.1.1/',
    'http://1.2.3.4.5/',
    'http://[::1',
    'http://[fe80::1%25eth0]/',
    'http://exam\tple.com/',
    'http://example.com/a\nb',
    'http://example.com/\u0000',
    null,
    undefined,
    42,
    {},
    ['http://example.com/'],
    new URL('http://example.com/'),
  ])('as URL_INVALID: %j', (value) => {
    expect(refusal(value)).toMatchObject({ code: 'URL_INVALID', path: '/url' })
    expect(refusal(value, anywhere).code).toBe('URL_INVALID')
  })

  test.each([
    'file:///etc/passwd',
    'ftp://x',
    'gopher://127.0.0.1:6379/_FLUSHALL',
    'dict://127.0.0.1:11211/stats',
    'data:text/html,x',
    'javascript:alert(1)',
    'blob:http://example.com/x',
    'ws://example.com/',
    'wss://example.com/',
    'unix:/var/run/docker.sock',
    'http+unix://%2Fvar%2Frun%2Fdocker.sock/x',
    'view-source:http://example.com/',
    'jar:http://example.com/a!/b',
    'about:blank',
  ])('as URL_SCHEME: %s', (value) => {
    expect(refusal(value).code).toBe('URL_SCHEME')
  })

  test.each([
    'http://127.1',
    'http://2130706433',
    'http://0x7f000001',
    'http://0177.0.0.1',
    'http://017700000001',
    'http://0x7f.1',
    'http://127.0.0.1.',
    'http://127.0.0.1',
    'http://0',
    'http://0.0.0.0',
    'http://127\u30020\u30020\u30021',
    'http://\u2460\u2461\u2466.\u24ea.\u24ea.\u2460',
    'http://%31%32%37.0.0.1',
    'http:///127.0.0.1/',
    'http:127.0.0.1/',
    'http:\\\\127.0.0.1\\',
    'http://[::1]',
    'http://[::]',
    'http://[::ffff:127.0.0.1]',
    'http://[::ffff:a9fe:a9fe]',
    'http://[::127.0.0.1]',
    'http://[::ffff:0:7f00:1]',
    'http://[64:ff9b::7f00:1]',
    'http://[64:ff9b:1::1]',
    'http://[2002:7f00:1::]',
    'http://[2001:0::]',
    'http://[fe80::1]',
    'http://[fc00::1]',
    'http://[fd00:ec2::254]',
    'http://[ff02::1]',
    'http://[100::1]',
    'http://[2001:db8::1]',
    'http://10.0.0.1',
    'http://169.254.169.254/latest/meta-data/',
    'http://168.63.129.16/',
    'http://192.168.1.1:8080/',
    'http://localhost',
    'http://localhost.',
    'http://LOCALHOST:8080/',
    'http://a.localhost/',
    'http://a.localhost./',
    'http://LocalHost',
  ])('as URL_BLOCKED: %s', (value) => {
    expect(refusal(value).code).toBe('URL_BLOCKED')
  })

  test.each([
    'http://example.com:0/',
    'http://example.com:22/',
    'http://example.com:25/',
    'http://example.com:6379/',
    'http://example.com:11211/',
    'https://example.com:8000/',
  ])('as URL_PORT: %s', (value) => {
    expect(refusal(value).code).toBe('URL_PORT')
  })

  test('as URL_PORT for port 0, wherever it leads', () => {
    expect(refusal('http://127.0.0.1:0/', anywhere).code).toBe('URL_PORT')
  })

  test.each([
    'http://user@example.com/',
    'http://user:s3cret@example.com/',
    'https://:s3cret@example.com/',
    'http://s3cret:x/y@example.com/',
    'http://u:s3cret@exa mple.com/',
  ])('when it has credentials, which are not shown: %s', (value) => {
    const { code, message } = refusal(value)
    expect(['URL_CREDENTIALS', 'URL_INVALID']).toContain(code)
    expect(message).not.toMatch(/s3cret|user@|user:/)
  })

  test('with credentials as URL_CREDENTIALS', () => {
    expect(refusal('http://user:s3cret@example.com/').code).toBe('URL_CREDENTIALS')
  })

  test('as URL_TOO_LONG beyond 8192 characters, as it comes or normalised', () => {
    const root = 'http://example.com/'
    expect(refusal(root + 'a'.repeat(8193 - root.length)).code).toBe('URL_TOO_LONG')
    expect(refusal(`${root}?${'a=b&'.repeat(10_000)}`).code).toBe('URL_TOO_LONG')
    expect(refusal(root + 'é'.repeat(4000)).code).toBe('URL_TOO_LONG')
    expect(checkUrl(root + 'a'.repeat(8192 - root.length), '', publicOnly)).toHaveLength(8192)
  })

  test('with a message that is short and has no control characters', () => {
    const { message } = refusal(`nonsense\u0007\u202e${'x'.repeat(5000)}`)
    expect(message.length).toBeLessThan(300)
    expect([message.includes('\u0007'), message.includes('\u202e')]).toEqual([false, false])
  })
})

describe('a url is accepted', () => {
  test.each([
    ['http://example.com', 'http://example.com/'],
    [' https://EXAMPLE.com:443/a/../b?q=1#f ', 'https://example.com/b?q=1#f'],
    ['http://example.com./x', 'http://example.com/x'],
    ['http://\u0430pple.com/', 'http://xn--pple-43d.com/'],
    ['http://b\u00fccher.example/\u00fc?\u00e9', 'http://xn--bcher-kva.example/%C3%BC?%C3%A9'],
    ['https://example.com:8443/', 'https://example.com:8443/'],
    ['http://example.com:8080/', 'http://example.com:8080/'],
    ['http://8.8.8.8/', 'http://8.8.8.8/'],
    ['http://[2606:4700::1111]/', 'http://[2606:4700::1111]/'],
    ['http://a_b.example.com/', 'http://a_b.example.com/'],
    ['http://localhost.example.com/', 'http://localhost.example.com/'],
    ['http://example.com/?mail=a@b', 'http://example.com/?mail=a@b'],
  ])('in its normal form: %s', (value, href) => {
    expect(checkUrl(value, '', publicOnly)).toBe(href)
  })

  test('on a port that the app allows, and then on no other', () => {
    const rules = { allowPrivateNetwork: false, allowedPorts: [9000] }
    expect(checkUrl('http://example.com:9000/', '', rules)).toBe('http://example.com:9000/')
    expect(refusal('http://example.com/', rules).code).toBe('URL_PORT')
  })

  test.each(['http://127.0.0.1:6379/', 'http://localhost:3000/', 'http://[::1]:22/', 'http://10.0.0.1/'])(
    'on private hosts and any port where the app allows them: %s',
    (value) => {
      expect(checkUrl(value, '', anywhere)).toBe(value)
    },
  )
})

test('with origins opened, only those may be private or have an unusual port', () => {
  const rules = { allowPrivateNetwork: ['http://127.0.0.1:3000', 'http://intranet.test:9000'] }
  expect(checkUrl('http://127.1:3000/page', '/url', rules)).toBe('http://127.0.0.1:3000/page')
  expect(checkUrl('http://intranet.test:9000/', '/url', rules)).toBe('http://intranet.test:9000/')
  expect(refusal('http://127.0.0.1:3001/', rules).code).toBe('URL_BLOCKED')
  expect(refusal('https://127.0.0.1:3000/', rules).code).toBe('URL_BLOCKED')
  expect(refusal('http://example.com:9000/', rules).code).toBe('URL_PORT')
})
