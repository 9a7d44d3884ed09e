import { answer, count, text, textOrNull, texts, time, userObject, wholeMs, yesOrNo } from './operation.js'

const warnings = texts

/** JSON Schemas (2020-12) of what crawls result in. */
export const crawlAnswerSchemas = {
  CrawledBatch: answer({
    total_urls: count,
    successful: count,
    failed: count,
    from_cache: count,
    results: {
      type: 'array',
      items: { $ref: '#/components/schemas/CrawledPage' },
      description: 'In the order of the urls.',
    },
    warnings,
  }),
  SpideredSite: answer({
    total_urls: { ...count, description: 'Urls that were crawled, those that failed included.' },
    successful: count,
    failed: count,
    from_cache: count,
    duplicates: { ...count, description: 'Pages with another url of the same page before them.' },
    max_depth: count,
    ended_by: { type: 'string', enum: ['nothing_left', 'page_limit'] },
    results: {
      oneOf: [{ type: 'array', items: { $ref: '#/components/schemas/CrawledPage' } }, { type: 'null' }],
      description:
        'In the order in which they were finished; null when they are too many bytes: see JobPages.',
    },
    warnings,
  }),
  ExtractedPdf: answer({
    url: textOrNull,
    final_url: textOrNull,
    redirects: { type: 'array', items: { type: 'object', additionalProperties: true } },
    bytes: count,
    page_count: count,
    pages: { type: 'array', items: answer({ number: count, text }) },
    text: { ...text, description: 'That of all pages.' },
    metadata: answer({
      ...{ title: textOrNull, author: textOrNull, subject: textOrNull, keywords: textOrNull },
      ...{ creator: textOrNull, producer: textOrNull, created_at: textOrNull, modified_at: textOrNull },
      ...{ language: textOrNull, version: textOrNull },
    }),
    truncated: { ...yesOrNo, description: 'Not all of it was read: a limit was reached.' },
    processing_time_ms: wholeMs,
    warnings,
  }),
  CrawledPage: answer(
    {
      url: { ...text, description: 'As submitted.' },
      final_url: { ...textOrNull, description: 'Where the redirects led.' },
      status: { type: ['integer', 'null'] },
      from_cache: yesOrNo,
      attempts: { ...count, description: 'How often its server was asked; 0 for what was stored.' },
      processing_time_ms: wholeMs,
      redirects: { type: 'array', items: answer({ url: text, status: { type: 'integer' }, location: text }) },
      content_type: textOrNull,
      encoding: textOrNull,
      document: { oneOf: [{ $ref: '#/components/schemas/CrawledDocument' }, { type: 'null' }] },
      content: { ...textOrNull, description: 'What another output_format than `document` asked for.' },
      error: { oneOf: [{ $ref: '#/components/schemas/PageError' }, { type: 'null' }] },
    },
    {
      // Of a single crawl; those of a batch stand beside its pages.
      warnings,
      // Of a spider.
      depth: { ...count, description: 'Links between a start and this page.' },
      found_on: { ...textOrNull, description: 'The page that linked to it.' },
      duplicate_of: { ...textOrNull, description: 'The url of the same page before it.' },
    },
  ),
  JobPages: answer({
    pages: { type: 'array', items: { $ref: '#/components/schemas/KeptPage' } },
    next_cursor: textOrNull,
  }),
  KeptPage: {
    allOf: [
      { $ref: '#/components/schemas/CrawledPage' },
      answer({
        index: {
          ...count,
          description: 'Of a batch, the place of its url; of a spider, the number of the page.',
        },
        finished_at: time,
      }),
    ],
  },
  CrawledDocument: answer({
    url: textOrNull,
    title: textOrNull,
    text,
    markdown: text,
    links: {
      type: 'array',
      items: answer({ url: text, text, rel: textOrNull, internal: yesOrNo }),
    },
    metadata: userObject,
  }),
  PageError: answer({ code: text, message: text }),
}
