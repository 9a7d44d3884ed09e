import { describe, expect, test } from 'vitest'
import { isWebhookSecret } from '../../src/core/webhook-event.js'
import { maskSecret, newSecret } from '../../src/webhooks/secret.js'
import { webhookHeaders } from '../../src/webhooks/signature.js'
import { isSigned } from './stage.js'

const message = { id: 'msg_1', timestamp: 1_700_000_000, body: '{"ä":"\u2028😀"}' }
const base64 = (bytes: number): string => Buffer.alloc(bytes, 7).toString('base64')

describe('a signature', () => {
  test('is the one of the test vector of Standard Webhooks', () => {
    const headers = webhookHeaders(
      { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: 1_614_265_330, body: '{"test": 2432232314}' },
      ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    )
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    })
  })

  test('holds for the bytes of the body in UTF-8', () => {
    const secret = newSecret()
    const headers = webhookHeaders(message, [secret])
    expect(isSigned(headers, Buffer.from(message.body), secret)).toBe(true)
    expect(isSigned(headers, `${message.body} `, secret)).toBe(false)
    expect(isSigned({ ...headers, 'webhook-timestamp': '1700000001' }, message.body, secret)).toBe(false)
  })

  test('is made with each of several secrets', () => {
    const [old, young, other] = [newSecret(), newSecret(), newSecret()]
    const headers = webhookHeaders(message, [young, old])
    expect(headers['webhook-signature']).toMatch(/^v1,[A-Za-z0-9+/]{43}= v1,[A-Za-z0-9+/]{43}=$/)
    expect([old, young, other].map((secret) => isSigned(headers, message.body, secret))).toEqual([
      true,
      true,
      false,
    ])
  })

  test('is left out without a secret', () => {
    expect(webhookHeaders(message, [])).not.toHaveProperty('webhook-signature')
  })
})

describe('a secret', () => {
  test('is new each time, and of the form that is asked for', () => {
    const secrets = new Set(Array.from({ length: 100 }, newSecret))
    expect(secrets.size).toBe(100)
    expect([...secrets].every(isWebhookSecret)).toBe(true)
  })

  test.each([24, 25, 26, 32, 63, 64])('may have %i bytes', (bytes) => {
    expect(isWebhookSecret(`whsec_${base64(bytes)}`)).toBe(true)
    expect(isWebhookSecret(`whsec_${base64(bytes).replace(/=+$/, '')}`)).toBe(true)
  })

  test.each([
    ['too short', `whsec_${base64(23)}`],
    ['too long', `whsec_${base64(65)}`],
    ['without its prefix', base64(32)],
    ['with another prefix', `whsk_${base64(32)}`],
    ['for the url', `whsec_${base64(32).replace('B', '-')}`],
    ['with a line break', `whsec_${base64(32)}\n`],
    ['masked', maskSecret(`whsec_${base64(32)}`)],
    ['with bits that say nothing', `whsec_${base64(25).slice(0, 33)}R==`],
    ['empty', 'whsec_'],
    ['a number', 1],
    ['nothing', undefined],
  ])('is none when it is %s', (_, value) => {
    expect(isWebhookSecret(value)).toBe(false)
  })

  test('shows its last four characters', () => {
    expect(maskSecret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')).toBe('whsec_****LaSw')
  })
})
