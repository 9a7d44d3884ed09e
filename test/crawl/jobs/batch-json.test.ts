import { expect, test } from 'vitest'
import { notedJson } from '../../../src/core/known-json.js'
import { stageOf, siteOf } from './closing-stage.js'
import { answer, html } from './site.js'

test('the result of a batch is written page by page as it would be in one piece', async () => {
  const site = await siteOf({
    '/a': html('one "quoted" \u2028 page'),
    '/b': answer(404),
    '/c': html('three'),
  })
  const urls = ['/a', '/b', '/c', '/a'].map((path) => site.url(path))
  for (const outputFormat of ['document', 'html', 'markdown']) {
    const result = await stageOf().batch([...urls, 'no url'], { outputFormat, odd: 1 })
    const text = JSON.stringify(result)
    expect(notedJson(result)).toMatchObject({ text, bytes: Buffer.byteLength(text) })
  }
})
