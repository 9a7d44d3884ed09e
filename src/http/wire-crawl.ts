import { snake, snakeKeys } from './wire-facts.js'

/**
 * The data of a result as the wire spells it. Of crawls the names that are ours are respelt, and nothing that came from a
 * page is (OpenGraph, JSON-LD); maintenance reports in our names alone; what a custom job returned is its own.
 */
export function resultDataOut(type: string, data: unknown): unknown {
  if (!isObject(data)) return data
  if (type === 'batch_crawl' || type === 'spider_crawl') return crawlOut(data)
  // With `use_spider` it has many pages.
  if (type === 'pdf_extraction') return { ...snakeKeys(data), ...nested(data, 'metadata', snakeKeys) }
  if (type === 'single_crawl') return 'totalUrls' in data ? crawlOut(data) : pageOut(data)
  return type === 'maintenance' ? deepSnake(data) : data
}

// -------------------------------------------------------------------------------------------------------------------

type Data = Readonly<Record<string, unknown>>

/** What an extracted document and its metadata have that the wire spells in another way; an app's own extractor may bring other names. */
const documentWords = ['jsonLd', 'modifiedAt', 'openGraph', 'publishedAt', 'siteName']

function crawlOut(data: Data): Data {
  return { ...snakeKeys(data), ...listed(data, 'results', pageOut) }
}

/** A page, wherever it stands. */
export function pageOut(page: Data): Data {
  return { ...snakeKeys(page), ...nested(page, 'document', documentOut) }
}

function documentOut(document: Data): Data {
  return { ...respelt(document), ...nested(document, 'metadata', respelt) }
}

function respelt(object: Data): Data {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [documentWords.includes(key) ? snake(key) : key, value]),
  )
}

function nested(object: Data, key: string, out: (value: Data) => Data): Data {
  const value = object[key]
  return isObject(value) ? { [key]: out(value) } : {}
}

function listed(object: Data, key: string, out: (value: Data) => Data): Data {
  const items: unknown = object[key]
  if (!Array.isArray(items)) return {}
  return { [key]: items.map((item: unknown) => (isObject(item) ? out(item) : item)) }
}

function deepSnake(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(deepSnake)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [snake(key), deepSnake(item)]))
}

function isObject(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
