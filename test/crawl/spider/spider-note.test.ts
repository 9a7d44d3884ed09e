import { expect, test } from 'vitest'
import type { PagesChunk } from '../../../src/core/job-pages.js'
import { linkNote, readNote } from '../../../src/crawl/spider/spider-note.js'
import { spiderSettingsOf } from '../../../src/crawl/spider/spider-request.js'
import { SpiderState } from '../../../src/crawl/spider/spider-state.js'

const note = {
  url: 'http://a/',
  depth: 0,
  keys: ['http://a/'],
  links: [linkNote({ url: 'http://a/b', score: 1 })],
}
const seeds = { seeds: [linkNote({ url: 'http://a/c', score: 0 })] }

test.each([note, { ...note, isCut: true }, seeds, { seeds: [], warnings: ['w'], isCut: true }])(
  'a note comes back as it was put down: %j',
  (said) => {
    expect(readNote(JSON.parse(JSON.stringify(said)))).toEqual(said)
  },
)

test.each([
  null,
  1,
  'x',
  [],
  {},
  { seeds: null },
  { seeds: [['http://a/']] },
  { seeds: [[null, 1]] },
  { ...note, keys: [null] },
  { ...note, depth: '0' },
  { ...note, links: [['http://a/', null]] },
  { ...note, url: null },
])('what is no note of a spider is none: %j', (said) => {
  expect(readNote(said)).toBeUndefined()
})

test('a spider goes on from the notes that are some, whatever stands beside them', () => {
  const state = new SpiderState(spiderSettingsOf({}, { maxSpiderPages: 100 }))
  const chunk: PagesChunk = { fence: '1', content: '', pages: [], notes: [null, note, { links: 3 }, seeds] }
  state.restore(chunk)
  expect([...state.frontier.targets()].map(({ url }) => url)).toEqual(['http://a/b', 'http://a/c'])
})
