import { expect, test } from 'vitest'
import { withoutBlankEnd } from '../../../src/crawl/fetch/blank-end.js'

async function* chunksOf(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield await Promise.resolve(Buffer.from(text, 'latin1'))
}

test.each<[string, readonly string[], string]>([
  ['blanks at the end', ['ab\0\r\n'], 'ab\0'],
  ['blanks in pieces of their own', ['ab\0\n', ' ', '\t\n'], 'ab\0'],
  ['nothing before the last piece', ['a\n', '\n', 'b\n', 'c\0'], 'a\n\nb\nc\0'],
  ['nothing of a size of 150 MB or more', ['ab\x50\n'], 'ab\x50\n'],
  ['nothing of more blanks than are held', ['\0', ' '.repeat(5000), ' '], `\0${' '.repeat(5000)}`],
])('leaves out %s', async (_, pieces, whole) => {
  const got: Uint8Array[] = []
  for await (const chunk of withoutBlankEnd(chunksOf(...pieces))) got.push(chunk)
  expect(Buffer.concat(got).toString('latin1')).toBe(whole)
})
