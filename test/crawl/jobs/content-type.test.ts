import { describe, expect, test } from 'vitest'
import { contentKind } from '../../../src/crawl/content-type.js'

const bytes = (text: string) => new TextEncoder().encode(text)

describe('contentKind', () => {
  test.each([
    ['text/html', 'html'],
    ['TEXT/HTML; charset=utf-8', 'html'],
    ['application/xhtml+xml', 'html'],
    ['text/plain;charset=latin1', 'text'],
    ['text/markdown', 'markdown'],
    ['application/json', 'text'],
    ['application/feed+json', 'text'],
    ['application/rss+xml', 'text'],
    ['application/pdf', 'other'],
    ['image/svg', 'other'],
    ['application/octet-stream', 'other'],
    ['nonsense', 'other'],
  ])('knows %s', (type, kind) => {
    expect(contentKind(type, bytes(''))).toBe(kind)
  })

  test.each([
    ['<!DOCTYPE html><p>a', 'html'],
    ['\ufeff\n <html>', 'html'],
    ['plain words, 1 < 2', 'text'],
    ['', 'text'],
    ['%PDF-1.7\n\u0000\u0001', 'other'],
  ])('looks at the bytes of %j when no type is given', (text, kind) => {
    expect(contentKind(null, bytes(text))).toBe(kind)
  })

  test('takes text in UTF-16 for text', () => {
    expect(contentKind('', new Uint8Array([0xff, 0xfe, 0x3c, 0, 0x70, 0, 0x3e, 0]))).toBe('html')
  })
})
