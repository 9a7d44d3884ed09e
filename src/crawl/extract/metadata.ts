import type { ResolveAddress } from './address.js'
import { authorOf } from './author.js'
import { dateInAddress, isoDate } from './dates.js'
import { type Thing, isOfType, readJsonLd, textField, thingsOf } from './json-ld.js'
import type { PageFacts } from './page-facts.js'
import { titleOf } from './title.js'

/** What a page says about itself; what it does not say is `null` or empty. */
export interface Metadata {
  readonly title: string | null
  readonly author: string | null
  /** ISO 8601: a date, or a date with its time where the page gives it. */
  readonly publishedAt: string | null
  /** ISO 8601, as `publishedAt`. */
  readonly modifiedAt: string | null
  /** As the page writes it, such as `en` or `pt-BR`. */
  readonly language: string | null
  readonly siteName: string | null
  readonly description: string | null
  readonly keywords: readonly string[]
  /** Address of the picture that stands for the page. */
  readonly image: string | null
  /** The address that the page gives for itself. */
  readonly canonical: string | null
  /** The OpenGraph properties, without their `og:`. */
  readonly openGraph: Readonly<Record<string, string>>
  /** The JSON-LD of the page, each script a value; long and deep ones are cut. */
  readonly jsonLd: readonly unknown[]
}

/** Puts together what a page says about itself from what was found on it. */
export function readMetadata(facts: PageFacts, url: string | null, resolve: ResolveAddress): Metadata {
  const jsonLd = readJsonLd(facts.jsonLd)
  const things = thingsOf(jsonLd)
  const { meta } = facts
  const site = meta.get('og:site_name') ?? meta.get('application-name') ?? siteNameOf(things)
  const title = titleOf(facts, things, site)
  const language = facts.language ?? meta.get('content-language') ?? meta.get('og:locale') ?? null
  const address = (text: string | null | undefined): string | null => (text ? resolve(text) : null)
  return {
    title,
    author: authorOf(facts, things),
    publishedAt: publishedAtOf(facts, things, url, language),
    modifiedAt: modifiedAtOf(facts, things, language),
    language: language === null ? null : language.trim().replaceAll('_', '-').slice(0, 35) || null,
    siteName: site?.slice(0, 200) ?? null,
    description: first(meta, ['og:description', 'description', 'twitter:description', 'dc.description']),
    keywords: (meta.get('keywords') ?? '')
      .split(/[,;]/, 50)
      .map((word) => word.trim())
      .filter((word) => word !== ''),
    image: address(
      first(meta, ['og:image', 'og:image:url', 'og:image:secure_url', 'twitter:image', 'twitter:image:src']),
    ),
    canonical: address(facts.canonical ?? meta.get('og:url')),
    openGraph: openGraphOf(meta),
    jsonLd,
  }
}

// -------------------------------------------------------------------------------------------------------------------

const PUBLISHED = [
  ...[
    'article:published_time',
    'og:article:published_time',
    'og:published_time',
    'article:published',
    'datepublished',
  ],
  ...[
    'parsely-pub-date',
    'sailthru.date',
    'publish-date',
    'publish_date',
    'publishdate',
    'pubdate',
    'publication_date',
    'date',
  ],
  ...[
    'dc.date.issued',
    'dcterms.issued',
    'dc.date',
    'dcterms.date',
    'dcterms.created',
    'dc.date.created',
    'citation_publication_date',
  ],
  ...[
    'citation_date',
    'cxenseparse:recs:publishtime',
    'article.published',
    'created',
    'datecreated',
    'article:post_date',
    'article_date_original',
  ],
]
const MODIFIED = [
  'article:modified_time',
  'og:updated_time',
  'og:modified_time',
  'datemodified',
  'last-modified',
  'dcterms.modified',
  'modified',
  'revised',
]
const DATED =
  /Article$|^BlogPosting$|^Report|^DiscussionForumPosting$|^Question$|^Review$|^Recipe$|^VideoObject$|^CreativeWork$/

function first(meta: ReadonlyMap<string, string>, names: readonly string[]): string | null {
  for (const name of names) {
    const value = meta.get(name)
    if (value) return value
  }
  return null
}

function publishedAtOf(
  facts: PageFacts,
  things: readonly Thing[],
  url: string | null,
  language: string | null,
): string | null {
  const fields = [DATED, /^(?:WebPage|ItemPage|AboutPage|MedicalWebPage|FAQPage)$/].map((types) =>
    dateField(things, types, ['datePublished', 'dateCreated', 'uploadDate'], language),
  )
  const marked = facts.dates.filter(({ isModified }) => !isModified)
  const fromText = (isPublished: boolean): string | null =>
    firstDate(
      marked.filter((date) => date.isPublished === isPublished).map(({ text }) => text),
      language,
    )
  return (
    fields[0] ??
    firstDate(
      PUBLISHED.map((name) => facts.meta.get(name) ?? ''),
      language,
    ) ??
    fields[1] ??
    fromText(true) ??
    (url === null ? null : dateInAddress(url)) ??
    fromText(false)
  )
}

function modifiedAtOf(facts: PageFacts, things: readonly Thing[], language: string | null): string | null {
  const field =
    dateField(things, DATED, ['dateModified'], language) ??
    dateField(things, /^WebPage$/, ['dateModified'], language)
  const marked = facts.dates.filter(({ isModified }) => isModified).map(({ text }) => text)
  return (
    field ??
    firstDate(
      MODIFIED.map((name) => facts.meta.get(name) ?? ''),
      language,
    ) ??
    firstDate(marked, language)
  )
}

function dateField(
  things: readonly Thing[],
  types: RegExp,
  names: readonly string[],
  language: string | null,
): string | null {
  const texts = things
    .filter((thing) => isOfType(thing, types))
    .flatMap((thing) => names.map((name) => textField(thing, name) ?? ''))
  return firstDate(texts, language)
}

function firstDate(texts: readonly string[], language: string | null): string | null {
  for (const text of texts) {
    const date = text === '' ? null : isoDate(text, language)
    if (date !== null) return date
  }
  return null
}

function siteNameOf(things: readonly Thing[]): string | null {
  const site =
    things.find((thing) => isOfType(thing, /^WebSite$/)) ??
    things.find((thing) => isOfType(thing, /Organization$/))
  return site ? textField(site, 'name') : null
}

function openGraphOf(meta: ReadonlyMap<string, string>): Record<string, string> {
  const entries = [...meta]
    .filter(([name]) => /^og:[a-z0-9][\w:-]{0,60}$/.test(name))
    .map(([name, value]) => [name.slice(3), value] as const)
  return Object.fromEntries(entries.filter(([name]) => name !== 'constructor' && name !== 'prototype'))
}
