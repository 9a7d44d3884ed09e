import { parse } from 'parse5'
import { contenders } from './contenders.mjs'
import { loadPages } from './pages.mjs'
import { overlap, share } from './score.mjs'

// usage: node measure.mjs <contender>; prints its figures as one line of JSON.

const extract = await contenders[process.argv[2]]()
const rows = []
for (const { html, url, truth } of loadPages(process.env.PAGES_DIR)) {
  const floor = (await cpuOf(() => parse(html))).ms
  const { value, ms } = await cpuOf(() => extract(html, url))
  const found = value ?? { text: '' }
  const low = (found.text ?? '').toLowerCase()
  rows.push({
    type: truth.page_type,
    failed: value === undefined,
    f1: overlap(found.text, truth.main_content),
    wanted: share(truth.with, low),
    unwanted: share(truth.without, low),
    title: truth.title ? overlap(found.title, truth.title) : null,
    author: truth.author ? overlap(found.author, truth.author) : null,
    date: truth.publish_date ? Number((found.date ?? '').startsWith(truth.publish_date)) : null,
    ms,
    floor,
  })
}
const types = [...new Set(rows.map(({ type }) => type))].sort()
const of = (type) => rows.filter((row) => row.type === type)
const sum = (key) => rows.reduce((total, row) => total + row[key], 0)
console.log(
  JSON.stringify({
    byType: Object.fromEntries(types.map((type) => [type, mean(of(type), 'f1')])),
    counts: Object.fromEntries(types.map((type) => [type, of(type).length])),
    ...Object.fromEntries(
      ['f1', 'wanted', 'unwanted', 'title', 'author', 'date'].map((key) => [key, mean(rows, key)]),
    ),
    cpu: sum('ms') / sum('floor'),
    failed: rows.filter(({ failed }) => failed).length,
  }),
)

// -------------------------------------------------------------------------------------------------------------------

/** A contender that throws has found nothing. */
async function cpuOf(work) {
  const before = process.cpuUsage()
  let value
  try {
    value = await work()
  } catch {
    value = undefined
  }
  const { user, system } = process.cpuUsage(before)
  return { value, ms: (user + system) / 1000 }
}

function mean(list, key) {
  const known = list.map((row) => row[key]).filter((value) => value !== null)
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0) / known.length
}
