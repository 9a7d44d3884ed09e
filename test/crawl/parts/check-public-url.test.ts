import { describe, expect, test } from 'vitest'
import { checkPublicUrl } from '../../../src/crawl/parts/check-public-url.js'
import { codeOf } from './part-stage.js'

describe('checkPublicUrl', () => {
  test('answers with the normal form of a url that may be asked for', () => {
    expect(checkPublicUrl(' HTTPS://Bücher.example:443/a/../b?q#top ')).toBe(
      'https://xn--bcher-kva.example/b?q#top',
    )
  })

  test.each([
    ['http://127.1/', 'URL_BLOCKED'],
    ['http://0x7f000001/', 'URL_BLOCKED'],
    ['http://[::ffff:10.0.0.1]/', 'URL_BLOCKED'],
    ['http://localhost./', 'URL_BLOCKED'],
    ['ftp://example.com/', 'URL_SCHEME'],
    ['http://example.com:22/', 'URL_PORT'],
    ['http://user:secret@example.com/', 'URL_CREDENTIALS'],
    ['example.com', 'URL_INVALID'],
    [undefined, 'URL_INVALID'],
    [`http://example.com/${'a'.repeat(9000)}`, 'URL_TOO_LONG'],
  ])('refuses %j with %s', (url, code) => {
    expect(codeOf(() => checkPublicUrl(url))).toBe(code)
  })

  test('lets what the app has opened through', () => {
    const rules = { allowPrivateNetwork: ['http://127.0.0.1:3000'] }
    expect(checkPublicUrl('http://127.0.0.1:3000/x', rules)).toBe('http://127.0.0.1:3000/x')
    expect(codeOf(() => checkPublicUrl('http://127.0.0.1:3001/x', rules))).toBe('URL_BLOCKED')
  })

  test('names a rule that is wrong', () => {
    expect(() => checkPublicUrl('http://example.com', { allowedPorts: [0] })).toThrow(/\/allowedPorts\/0/)
    const misspelt = { allowPrivate: true } as object
    expect(() => checkPublicUrl('http://example.com', misspelt)).toThrow(/allowPrivate/)
  })
})
