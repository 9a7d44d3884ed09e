import { expect, test, vi } from 'vitest'
import { notedJson } from '../../../src/core/known-json.js'
import { extractDocument } from '../../../src/crawl/extract/extract-document.js'
import { SentDocument } from '../../../src/crawl/reading/sent-document.js'

const document = extractDocument('<title>Tea</title><p>Steep it <a href="/long">long</a>.', {
  url: 'https://a.example/',
})
const json = JSON.stringify(document)

test('a document that was sent says what it said where it was read', () => {
  const { url, title, text, markdown, links, metadata } = new SentDocument(json)
  expect({ url, title, text, markdown, links, metadata }).toEqual(document)
  expect(JSON.stringify(new SentDocument(json))).toBe(json)
})

test('it is taken apart when somebody looks, and once', () => {
  const parse = vi.spyOn(JSON, 'parse')
  const sent = new SentDocument(json)
  expect(notedJson(sent)?.text).toBe(json)
  expect(parse).not.toHaveBeenCalled()
  expect(sent.links).toBe(sent.links)
  expect(sent.title).toBe('Tea')
  expect(parse).toHaveBeenCalledOnce()
  parse.mockRestore()
})
