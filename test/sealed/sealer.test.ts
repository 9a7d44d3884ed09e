import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { isRiptideError } from '../../src/core/errors.js'
import { Sealer } from '../../src/sealed/sealer.js'

const keyOf = (id: string) => ({ id, key: randomBytes(32) })
const old = keyOf('2025')
const fresh = keyOf('2026')

test('opens what it sealed, whatever the text', () => {
  const sealer = new Sealer([fresh])
  for (const text of ['', '{}', '"~s1."', 'é🌊\u0000', 'x'.repeat(100_000)]) {
    const sealed = sealer.seal(text, 'payload a')
    expect(sealer.open(sealed, 'payload a')).toBe(text)
    expect(sealed).toMatch(/^~s1\.2026\.[A-Za-z0-9_-]+$/)
  }
})

test('seals the same text differently each time, and shows nothing of it', () => {
  const sealer = new Sealer([fresh])
  const text = '{"canary":"tweet tweet"}'
  const sealed = [1, 2].map(() => sealer.seal(text, 'p'))
  expect(sealed[0]).not.toBe(sealed[1])
  for (const one of sealed) {
    expect(one).not.toContain('canary')
    expect(Buffer.from(one.split('.')[2] ?? '', 'base64url').includes('canary')).toBe(false)
  }
})

test('seals with the first key and opens with any', () => {
  const before = new Sealer([old]).seal('text', 'p')
  const rotated = new Sealer([fresh, old])
  expect(rotated.open(before, 'p')).toBe('text')
  expect(rotated.seal('text', 'p')).toContain('~s1.2026.')
  expect(codeOf(() => new Sealer([fresh]).open(before, 'p'))).toBe('DECRYPTION_FAILED')
})

test('gives back what was never sealed', () => {
  expect(new Sealer([fresh]).open('{"a":1}', 'p')).toBe('{"a":1}')
})

test('refuses another purpose, a changed text, a short one and another key of the same id', () => {
  const sealer = new Sealer([fresh])
  const sealed = sealer.seal('text', 'payload a')
  const [head = '', body = ''] = sealed.split(/(?<=^~s1\.2026\.)/)
  const flipped = Buffer.from(body, 'base64url')
  flipped[20] = (flipped[20] ?? 0) ^ 1
  for (const [text, purpose] of [
    [sealed, 'payload b'],
    [head + flipped.toString('base64url'), 'payload a'],
    [sealed.slice(0, -4), 'payload a'],
    [`${head}AAAA`, 'payload a'],
    [head, 'payload a'],
    ['~s1.', 'payload a'],
    [new Sealer([{ ...old, id: '2026' }]).seal('text', 'payload a'), 'payload a'],
  ] as const)
    expect(codeOf(() => sealer.open(text, purpose))).toBe('DECRYPTION_FAILED')
})

test('digests under the oldest key, so that a new one in front changes none', () => {
  const digest = new Sealer([old]).digest('abc')
  expect(new Sealer([fresh, old]).digest('abc')).toBe(digest)
  expect(new Sealer([fresh]).digest('abc')).not.toBe(digest)
  expect(digest).not.toContain('abc')
  expect(new Sealer([old]).digest('')).toBe('')
})

function codeOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    return isRiptideError(error) ? error.code : String(error)
  }
  return 'none'
}
