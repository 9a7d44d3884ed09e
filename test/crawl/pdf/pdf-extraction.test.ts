import { afterEach, describe, expect, test } from 'vitest'
import { PermanentError } from '../../../src/core/errors.js'
import { type CrawlOptions, resolveCrawlOptions } from '../../../src/crawl/options.js'
import { checkPdfExtraction } from '../../../src/crawl/pdf/pdf-payload.js'
import { type Route, type Site, answer, html, startSite } from '../jobs/site.js'
import { oddThread } from '../reading/reading-stage.js'
import { lockedPdf, pdfFile } from './pdf-file.js'
import { type PdfStage, pdfStage } from './pdf-stage.js'

const open: { close(): Promise<void> }[] = []
const stage = (crawl?: CrawlOptions): PdfStage => {
  const made = pdfStage(crawl)
  open.push(made)
  return made
}
const site = async (routes: Readonly<Record<string, Route>>): Promise<Site> => {
  const made = await startSite(routes)
  open.push(made)
  return made
}
const asData = (pdf: Buffer): { pdfData: string } => ({ pdfData: pdf.toString('base64') })
const type = { 'content-type': 'application/pdf' }

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})

describe('a PDF', () => {
  test('given in base64 is read page by page, with what it says of itself', async () => {
    const info = {
      Title: 'The Harbour',
      Author: 'A. Keeper',
      Producer: 'by hand',
      CreationDate: "D:20260304050607+01'00'",
    }
    const pdf = pdfFile(['The first page.\nIts second line.', 'The (second) page.'], info)
    expect(await stage().run(asData(pdf))).toEqual({
      url: null,
      finalUrl: null,
      redirects: [],
      bytes: pdf.byteLength,
      pageCount: 2,
      pages: [
        { number: 1, text: 'The first page.\nIts second line.' },
        { number: 2, text: 'The (second) page.' },
      ],
      text: 'The first page.\nIts second line.\n\nThe (second) page.',
      metadata: {
        title: 'The Harbour',
        author: 'A. Keeper',
        subject: null,
        keywords: null,
        creator: null,
        producer: 'by hand',
        createdAt: '2026-03-04T04:06:07.000Z',
        modifiedAt: null,
        language: 'en-GB',
        version: '1.7',
      },
      truncated: false,
      processingTimeMs: expect.any(Number),
      warnings: [],
    })
  })

  test('may be given as tools print base64, in lines, and is stored without them', () => {
    const data = pdfFile(['In lines.']).toString('base64')
    const printed = `${data.replace(/.{76}/g, '$&\r\n')}\n`
    const limits = resolveCrawlOptions({ maxPdfBytes: Buffer.byteLength(data, 'base64') })
    expect(checkPdfExtraction({ pdfData: printed }, limits)).toEqual({ pdfData: data, options: {} })
  })

  test('is fetched as a page is, redirects and all', async () => {
    const pdf = pdfFile(['Fetched.'])
    const server = await site({
      '/old.pdf': answer(302, { location: '/new.pdf' }),
      '/new.pdf': answer(200, type, pdf),
    })
    const result = await stage().run({ url: server.url('/old.pdf') })
    expect(result).toMatchObject({ text: 'Fetched.', finalUrl: server.url('/new.pdf') })
    expect(result.redirects).toHaveLength(1)
  })

  test('that is longer than the job or the app wants is read to there, and says so', async () => {
    const pdf = asData(pdfFile(['one', 'two', 'three']))
    const asked = await stage().run({ ...pdf, options: { maxPages: 2, odd: 1 } })
    expect(asked).toMatchObject({ pageCount: 3, text: 'one\n\ntwo', truncated: true })
    expect(asked.warnings).toEqual(['the option "odd" is unknown and was ignored'])
    const capped = await stage({ maxPdfPages: 1 }).run({ ...pdf, options: { maxPages: 2 } })
    expect(capped).toMatchObject({ text: 'one', truncated: true })
    expect(capped.warnings).toEqual(['maxPages was lowered to 1, the most that is allowed here'])
  })

  test.each<[string, Buffer, string]>([
    ['asks for a password', lockedPdf(), 'is protected by a password'],
    ['is its first line alone', Buffer.from('%PDF-1.7\n'), 'cannot be read'],
    ['is its first line and noise', Buffer.from(`%PDF-1.7\n${'x'.repeat(10_000)}`), 'cannot be read'],
  ])('that %s fails for good', async (_, pdf, why) => {
    const run = stage().run(asData(pdf))
    await expect(run).rejects.toBeInstanceOf(PermanentError)
    await expect(run).rejects.toMatchObject({ code: 'PDF_INVALID', message: expect.stringContaining(why) })
  })

  test('that takes too long ends its thread, and the next one is read', async () => {
    const reading = stage({ pdfTimeoutMs: 1 })
    const long = asData(pdfFile(Array.from({ length: 300 }, (_, i) => `page ${i}`)))
    await expect(reading.run(long)).rejects.toMatchObject({
      code: 'EXTRACTION_FAILED',
      message: 'the PDF took longer than 1 ms',
    })
    expect(await stage().run(asData(pdfFile(['short'])))).toMatchObject({ text: 'short' })
  })

  test('says which package is missing where that is so', async () => {
    const run = stage({ threadUrl: oddThread }).run(asData(pdfFile(['text'])))
    await expect(run).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
      message: expect.stringContaining('npm install pdfjs-dist'),
    })
  })
})

describe('a url', () => {
  test('that leads to no PDF fails for good', async () => {
    const server = await site({ '/page': html('a page'), '/none.pdf': answer(404) })
    await expect(stage().run({ url: server.url('/page') })).rejects.toMatchObject({
      code: 'CONTENT_TYPE_UNSUPPORTED',
    })
    await expect(stage().run({ url: server.url('/none.pdf') })).rejects.toMatchObject({ code: 'HTTP_STATUS' })
  })

  test('of a server that is down may be tried again', async () => {
    const server = await site({ '/a.pdf': answer(503) })
    const run = stage().run({ url: server.url('/a.pdf') })
    await expect(run).rejects.toMatchObject({ code: 'HTTP_STATUS', retryable: true })
    await expect(run).rejects.not.toBeInstanceOf(PermanentError)
  })

  test('of a server that says how long to wait is tried again then, within the policy', async () => {
    const server = await site({ '/a.pdf': answer(429, { 'retry-after': '400' }) })
    await expect(stage().run({ url: server.url('/a.pdf') })).rejects.toMatchObject({
      name: 'RetryAfterError',
      ...{ code: 'HTTP_STATUS', countsAsAttempt: true, retryAfterMs: 300_000 },
    })
  })

  test('of a host that lets nobody in is sent away, and spends no attempt', async () => {
    const server = await site({ '/a.pdf': answer(429, { 'retry-after': '60' }) })
    const run = stage().run
    const url = server.url('/a.pdf')
    await expect(run({ url })).rejects.toMatchObject({ code: 'HTTP_STATUS' })
    await expect(run({ url })).rejects.toMatchObject({ name: 'RetryAfterError', countsAsAttempt: false })
    expect(server.hits('/a.pdf')).toBe(1)
  })

  test('of a PDF that is too large is given up on the way', async () => {
    const server = await site({ '/a.pdf': answer(200, type, pdfFile(['x'.repeat(5000)])) })
    await expect(stage({ maxPdfBytes: 2000 }).run({ url: server.url('/a.pdf') })).rejects.toMatchObject({
      code: 'RESPONSE_TOO_LARGE',
    })
  })
})

describe('refused when it is submitted', () => {
  const good = pdfFile(['x']).toString('base64')
  test.each<[string, object, string]>([
    ['neither a url nor a PDF', {}, 'PDF_INVALID'],
    ['both', { url: 'https://example.com/', pdfData: good }, 'PDF_INVALID'],
    ['bytes that are no text', { pdfData: 7 }, 'PDF_INVALID'],
    ['nothing', { pdfData: '' }, 'PDF_INVALID'],
    ['what is not base64', { pdfData: '%PDF-1.7' }, 'PDF_INVALID'],
    ['the alphabet of urls', { pdfData: good.replace(/.$/, '_') }, 'PDF_INVALID'],
    ['wrong padding', { pdfData: `${good}=` }, 'PDF_INVALID'],
    ['line breaks alone', { pdfData: '\r\n\r\n' }, 'PDF_INVALID'],
    [
      'spaces, which were plus signs once',
      { pdfData: `${good.slice(0, -8)}    ${good.slice(-8)}` },
      'PDF_INVALID',
    ],
    ['a url of data', { pdfData: `data:application/pdf;base64,${good}` }, 'PDF_INVALID'],
    ['what is no PDF', { pdfData: 'SGVsbG8=' }, 'PDF_INVALID'],
    ['more bytes than are read', { pdfData: 'JVBERi0x'.repeat(1000) }, 'PAYLOAD_TOO_LARGE'],
    ['a private address', { url: 'http://10.0.0.1/a.pdf' }, 'URL_BLOCKED'],
    ['another scheme', { url: 'file:///a.pdf' }, 'URL_SCHEME'],
    ['no pages', { pdfData: good, options: { maxPages: 0 } }, 'RANGE'],
    ['options that are none', { pdfData: good, options: [] }, 'TYPE_MISMATCH'],
    ['a field too many', { pdfData: good, pages: 1 }, 'FIELD_UNKNOWN'],
  ])('is %s', async (_, payload, code) => {
    const strict = stage({ allowPrivateNetwork: false, maxPdfBytes: 5000 })
    await expect(strict.run(payload)).rejects.toMatchObject({ code })
  })
})
