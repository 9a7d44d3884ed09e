import { describe, expect, test } from 'vitest'
import type { RiptideError } from '../../src/core/errors.js'
import { mail, newBook, refusal } from './book-stage.js'

const put = (change: object): Promise<RiptideError> =>
  refusal(newBook().book.putTemplate({ ...mail, ...change }))

describe('a template that is put', () => {
  test('can be read, in each of its versions', async () => {
    const { book } = newBook()
    const first = await book.putTemplate(mail)
    expect(first).toEqual({ ...mail, description: null, version: 1, createdAt: expect.any(Number) })
    const second = await book.putTemplate({ ...mail, description: 'new' })
    expect(second).toMatchObject({ version: 2, description: 'new' })
    expect(await book.getTemplate('mail')).toEqual(second)
    expect(await book.getTemplate('mail', 1)).toEqual(first)
    expect(await book.getTemplate('mail', 3)).toBeNull()
    expect(await book.getTemplate('mai')).toBeNull()
  })

  test('again makes no other version, in whatever order its fields are', async () => {
    const { book, store } = newBook()
    await book.putTemplate(mail)
    const turned = Object.fromEntries(Object.entries(mail.parameters ?? {}).reverse())
    expect(await book.putTemplate({ ...mail, parameters: turned })).toMatchObject({ version: 1 })
    expect(store.kept.size).toBe(1)
  })

  test('as an older one was is a new version', async () => {
    const { book } = newBook()
    await book.putTemplate(mail)
    await book.putTemplate({ ...mail, description: 'x' })
    expect(await book.putTemplate(mail)).toMatchObject({ version: 3 })
  })

  test('while another is put becomes the next version', async () => {
    const { book, store } = newBook()
    store.beforePut = async () => void (await book.putTemplate({ ...mail, description: 'first' }))
    expect(await book.putTemplate(mail)).toMatchObject({ version: 2 })
    store.beforePut = async () => void (await book.putTemplate({ ...mail, description: 'same' }))
    expect(await book.putTemplate({ ...mail, description: 'same' })).toMatchObject({ version: 3 })
  })

  test('a hundred times and more keeps the newest hundred versions', async () => {
    const { book, store } = newBook()
    for (let i = 1; i <= 105; i++) await book.putTemplate({ ...mail, description: `${i}` })
    expect(store.kept.size).toBe(100)
    expect(await book.getTemplate('mail', 5)).toBeNull()
    expect(await book.getTemplate('mail', 6)).toMatchObject({ description: '6' })
    expect(await book.getTemplate('mail')).toMatchObject({ version: 105 })
  })

  test('is the caller’s no more', async () => {
    const { book } = newBook()
    const payload = { list: ['a'] }
    await book.putTemplate({ name: 'x', job: { type: 'x', payload } })
    payload.list.push('b')
    expect(await book.getTemplate('x')).toMatchObject({ job: { payload: { list: ['a'] } } })
  })

  test('may say when, with a Date', async () => {
    const { book } = newBook()
    const options = { runAt: new Date(1_800_000_000_000) }
    expect(await book.putTemplate({ name: 'x', job: { type: 'x', payload: 1 }, options })).toMatchObject({
      options: { runAt: 1_800_000_000_000 },
    })
  })

  test.each([
    ['no name', { name: '' }, 'NAME_INVALID', '/name'],
    ['a name with a slash', { name: 'a/b' }, 'NAME_INVALID', '/name'],
    ['a long name', { name: 'a'.repeat(101) }, 'NAME_INVALID', '/name'],
    ['no job', { job: undefined }, 'REQUIRED', '/job'],
    ['a job without a type', { job: { payload: 1 } }, 'REQUIRED', '/job/type'],
    [
      'a job of another template',
      { job: { type: 'template', template: 'x' } },
      'TEMPLATE_INVALID',
      '/job/type',
    ],
    ['a place for the type', { job: { type: '{{to}}', payload: 1 } }, 'TEMPLATE_INVALID', '/job/type'],
    [
      'a place for the name',
      { job: { type: 'custom', jobName: 'a{{to}}' } },
      'TEMPLATE_INVALID',
      '/job/jobName',
    ],
    ['an unknown place', { job: { type: 'x', payload: ['{{x}}'] } }, 'TEMPLATE_INVALID', '/job/payload/0'],
    ['a path as a place', { job: { type: 'x', payload: '{{to.a}}' } }, 'TEMPLATE_INVALID', '/job/payload'],
    ['an open place', { job: { type: 'x', payload: { a: '{{to' } } }, 'TEMPLATE_INVALID', '/job/payload/a'],
    [
      'a place in a key',
      { job: { type: 'x', payload: { '{{to}}': 1 } } },
      'TEMPLATE_INVALID',
      '/job/payload/{{to}}',
    ],
    [
      'an unknown place in its options',
      { options: { dedupeKey: '{{x}}' } },
      'TEMPLATE_INVALID',
      '/options/dedupeKey',
    ],
    ['an unknown option', { options: { id: 'x' } }, 'FIELD_UNKNOWN', '/options/id'],
    ['dependencies', { options: { dependsOn: ['x'] } }, 'FIELD_UNKNOWN', '/options/dependsOn'],
    [
      'a secret',
      { options: { webhook: { url: 'https://x.example', secret: 'whsec_x' } } },
      'TEMPLATE_INVALID',
      '/options/webhook/secret',
    ],
    ['an unknown field', { jobs: [] }, 'FIELD_UNKNOWN', '/jobs'],
    ['no JSON', { job: { type: 'x', payload: () => 1 } }, 'PAYLOAD_NOT_SERIALIZABLE', '/job/payload'],
    ['too much', { job: { type: 'x', payload: 'x'.repeat(66_000) } }, 'TEMPLATE_INVALID', '/job'],
    [
      'a million places',
      { job: { type: 'x', payload: Array(1_000_000).fill('{{to}}') } },
      'TEMPLATE_INVALID',
      '/job',
    ],
    [
      'two halves that are too much',
      { description: 'x', job: { type: 'x', payload: 'ä'.repeat(33_000) } },
      'TEMPLATE_INVALID',
      '/',
    ],
    ['a list of parameters', { parameters: ['to'] }, 'TYPE_MISMATCH', '/parameters'],
    [
      'a parameter with no name',
      { parameters: { 'a b': { type: 'string' } } },
      'TEMPLATE_INVALID',
      '/parameters/a b',
    ],
    [
      'a parameter called as a method',
      { parameters: { toString: { type: 'string' } } },
      'TEMPLATE_INVALID',
      '/parameters/toString',
    ],
    ['a parameter without a type', { parameters: { a: {} } }, 'TEMPLATE_INVALID', '/parameters/a/type'],
    ['an unknown type', { parameters: { a: { type: 'date' } } }, 'TEMPLATE_INVALID', '/parameters/a/type'],
    [
      'a default of another type',
      { parameters: { a: { type: 'integer', default: 1.5 } } },
      'TEMPLATE_INVALID',
      '/parameters/a/default',
    ],
    [
      'an unknown word of a parameter',
      { parameters: { a: { type: 'string', min: 1 } } },
      'TEMPLATE_INVALID',
      '/parameters/a/min',
    ],
  ])('is refused with %s', async (_, change, code, path) => {
    expect(await put(change)).toMatchObject({ code, path })
  })

  test('is refused with a parameter for the prototype', async () => {
    const parameters: unknown = JSON.parse('{"__proto__":{"type":"string"}}')
    expect(await put({ parameters })).toMatchObject({ code: 'FORBIDDEN_KEY' })
  })

  test('is refused with a list inside a longer string, and with too many parameters', async () => {
    const parameters = { to: { type: 'array' } }
    const job = { type: 'x', payload: 'a {{to}}' }
    expect(await put({ parameters, job, options: {} })).toMatchObject({
      code: 'TEMPLATE_INVALID',
      path: '/job/payload',
    })
    const many = Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`p${i}`, { type: 'string' }]))
    expect(await put({ parameters: many })).toMatchObject({ code: 'TEMPLATE_INVALID', path: '/parameters' })
  })
})

describe('templates', () => {
  test('are listed in their newest versions, by name', async () => {
    const { book } = newBook()
    const names = Array.from({ length: 70 }, (_, i) => `t-${i}`).concat('t', 't.1', 't~', 'T')
    for (const name of names) await book.putTemplate({ ...mail, name })
    for (let i = 0; i < 60; i++) await book.putTemplate({ ...mail, name: 't-3', description: `${i}` })
    const listed = await book.listTemplates()
    expect(listed.map(({ name }) => name)).toEqual([...names].sort())
    expect(listed.find(({ name }) => name === 't-3')).toMatchObject({ version: 61, description: '59' })
  })

  test('are removed with all their versions, and no other', async () => {
    const { book, store } = newBook()
    for (let i = 0; i < 60; i++) await book.putTemplate({ ...mail, name: 'a', description: `${i}` })
    await book.putTemplate({ ...mail, name: 'a-b' })
    await book.removeTemplate('a')
    expect([...store.kept.keys()]).toEqual([expect.stringMatching(/^template\/a-b\//)])
    expect(await refusal(book.removeTemplate('a'))).toMatchObject({ code: 'TEMPLATE_NOT_FOUND' })
    expect(await book.putTemplate({ ...mail, name: 'a' })).toMatchObject({ version: 1 })
  })

  test('are not removed while a schedule follows them', async () => {
    const { book } = newBook(['nightly'])
    await book.putTemplate(mail)
    expect(await refusal(book.removeTemplate('mail'))).toMatchObject({
      code: 'TEMPLATE_IN_USE',
      facts: { schedules: ['nightly'] },
    })
    expect(await book.getTemplate('mail')).not.toBeNull()
  })

  test.each(['', 'a/b', '../x', 'a b', null])('are not looked for by the name %j', async (name) => {
    const { book } = newBook()
    expect(await refusal(book.getTemplate(name as string))).toMatchObject({ code: 'NAME_INVALID' })
  })
})
