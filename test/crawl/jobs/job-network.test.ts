import { describe, expect, test } from 'vitest'
import { headersFor, keptTo, plainNetwork } from '../../../src/crawl/job-network.js'

const headers = { 'x-key': 'secret' }
const network = { ...plainNetwork, headers }

describe('the headers of a job', () => {
  test('go with each url that it names', () => {
    expect(headersFor('https://example.com/a', network)).toEqual(headers)
  })

  test('stay with the origins of what it was given where it finds urls by itself', () => {
    const kept = keptTo(['https://example.com/start', 'no url', 'http://example.org:8080/'], network)
    const seen = [
      'https://example.com/other',
      'http://example.org:8080/x',
      'http://example.com/',
      'https://example.net/',
    ]
    expect(seen.map((href) => headersFor(href, kept))).toEqual([headers, headers, {}, {}])
  })
})
