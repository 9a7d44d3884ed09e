const patterns = {
  type: ['array', 'null'],
  maxItems: 50,
  items: { type: 'string', maxLength: 500 },
}

/** The crawl options of a spider, as properties of a JSON Schema. */
export const spiderOptions = {
  use_spider: {
    type: ['boolean', 'null'],
    description: 'Follow the links of the pages; the result is a SpideredSite then. Default: false.',
  },
  spider_max_depth: {
    type: ['integer', 'null'],
    minimum: 0,
    maximum: 100,
    description: 'Links between a start and the furthest page. Default: 3.',
  },
  spider_max_pages: {
    type: ['integer', 'null'],
    minimum: 1,
    description: "Urls that are crawled at most. Default: 100; cap: the service's maxSpiderPages.",
  },
  spider_strategy: {
    type: ['string', 'null'],
    enum: ['breadth_first', 'depth_first', 'best_first', null],
    description: 'Default: breadth_first.',
  },
  spider_keywords: { ...patterns, description: 'Words that best_first looks for in links.' },
  spider_scope: {
    type: ['string', 'null'],
    enum: ['host', 'domain', 'path', 'any', null],
    description: 'How far from a start it may go. Default: host.',
  },
  spider_include: {
    ...patterns,
    description:
      'Only urls that one of these fits; `*` stands for any signs. Those that begin with `/` are compared with path and query.',
  },
  spider_exclude: { ...patterns, description: 'No url that one of these fits.' },
  spider_sitemaps: { type: ['boolean', 'null'], description: 'Begin with the sitemaps too. Default: false.' },
  spider_follow_nofollow: { type: ['boolean', 'null'], description: 'Default: false.' },
}
