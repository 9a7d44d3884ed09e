import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { makePages } from './made-pages.mjs'

/**
 * Pages with what is to be found on them: those of a folder that holds for each `ID.html.gz` an `ID.json` of { url, page_type,
 * title, author, publish_date, main_content, with: [snippets that belong to it], without: [snippets that do not] }, as the Web
 * Content Extraction Benchmark (WCXB) has them; without a folder, made-up ones.
 */
export function loadPages(folder) {
  if (!folder) return makePages()
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
  if (names.length === 0) throw new Error(`${folder} holds no *.json`)
  return names.sort().map((name) => {
    const truth = JSON.parse(readFileSync(join(folder, name), 'utf8'))
    const html = gunzipSync(readFileSync(join(folder, name.replace(/\.json$/, '.html.gz')))).toString('utf8')
    return { html, url: truth.url, truth }
  })
}
