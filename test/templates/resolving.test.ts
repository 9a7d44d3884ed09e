import { describe, expect, test } from 'vitest'
import type { TemplateSpec } from '../../src/control-api.js'
import type { TemplateBook } from '../../src/templates/template-book.js'
import { mail, newBook, refusal } from './book-stage.js'

describe('a job by template', () => {
  const resolve = async (spec: Partial<TemplateSpec>): ReturnType<TemplateBook['resolve']> => {
    const { book } = newBook()
    await book.putTemplate(mail)
    await book.putTemplate({ ...mail, job: { type: 'mail', payload: ['{{to}}'] } })
    return book.resolve({ type: 'template', template: 'mail', ...spec })
  }

  test('has its parameters in their places', async () => {
    expect(
      await resolve({ version: 1, parameters: { to: 'a@b.example', name: '"Ann"\n', copies: 2 } }),
    ).toEqual({
      spec: { type: 'mail', payload: { to: 'a@b.example', subject: 'Hello "Ann"\n', copies: 2 } },
      options: { priority: 'high', metadata: { to: 'a@b.example' }, dedupeKey: 'mail-a@b.example' },
      version: 1,
    })
  })

  test('takes defaults, and the newest version', async () => {
    expect(await resolve({ parameters: { to: 'x' } })).toMatchObject({ spec: { payload: ['x'] }, version: 2 })
    expect(await resolve({ parameters: { to: 'x' }, version: 'latest' })).toMatchObject({ version: 2 })
    expect(await resolve({ parameters: { to: 'x' }, version: 1 })).toMatchObject({
      spec: { payload: { subject: 'Hello you', copies: 1 } },
    })
  })

  test.each([
    ['an unknown template', { template: 'male' }, 'TEMPLATE_NOT_FOUND', '/template'],
    ['an unknown version', { version: 3 }, 'TEMPLATE_NOT_FOUND', '/version'],
    ['no version', { version: 0 }, 'RANGE', '/version'],
    ['no parameters', {}, 'TEMPLATE_PARAMETER_MISSING', '/parameters/to'],
    ['null', { parameters: { to: null } }, 'TEMPLATE_PARAMETER_INVALID', '/parameters/to'],
    ['a number', { parameters: { to: 1 } }, 'TEMPLATE_PARAMETER_INVALID', '/parameters/to'],
    [
      'a fraction',
      { parameters: { to: '', copies: 1.5 } },
      'TEMPLATE_PARAMETER_INVALID',
      '/parameters/copies',
    ],
    ['one too many', { parameters: { to: '', tow: '' } }, 'TEMPLATE_PARAMETER_UNKNOWN', '/parameters/tow'],
    [
      'a method',
      { parameters: { to: '', toString: '' } },
      'TEMPLATE_PARAMETER_UNKNOWN',
      '/parameters/toString',
    ],
    ['no JSON', { parameters: { to: 1n } }, 'PAYLOAD_NOT_SERIALIZABLE', '/parameters/to'],
    ['a list', { parameters: [] }, 'TYPE_MISMATCH', '/parameters'],
  ])('is refused with %s', async (_, spec, code, path) => {
    expect(await refusal(resolve(spec as unknown as Partial<TemplateSpec>))).toMatchObject({ code, path })
  })

  test('is told all that is wrong at once', async () => {
    const error = await refusal(resolve({ parameters: { copies: 'x', cc: 1 } }))
    expect(error.facts).toEqual({
      problems: [
        expect.objectContaining({ code: 'TEMPLATE_PARAMETER_UNKNOWN', path: '/parameters/cc' }),
        expect.objectContaining({ code: 'TEMPLATE_PARAMETER_MISSING', path: '/parameters/to' }),
        expect.objectContaining({ code: 'TEMPLATE_PARAMETER_INVALID', path: '/parameters/copies' }),
      ],
    })
  })

  test('cannot be blown up', async () => {
    const { book } = newBook()
    const payload = Array<string>(5_000).fill('{{v}}')
    await book.putTemplate({
      name: 'bomb',
      job: { type: 'x', payload },
      parameters: { v: { type: 'string' } },
    })
    const spec = { type: 'template', template: 'bomb', parameters: { v: 'x'.repeat(50_000) } } as const
    expect(await refusal(book.resolve(spec))).toMatchObject({ code: 'TEMPLATE_PARAMETER_INVALID' })
  })
})
