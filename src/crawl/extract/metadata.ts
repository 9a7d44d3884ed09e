import type { ResolveAddress } from './address.js'
import { authorOf } from './author.js'
import { type Heading, outerOf, placedMarks } from './byline-places.js'
import { type Thing, isOfType, ownThings, textField, thingsOf } from './json-ld.js'
import { ownItems } from './microdata.js'
import type { PageFacts } from './page-facts.js'
import { type PageKind, pageKind } from './page-kind.js'
import type { Element } from './parse-tree.js'
import { modifiedAtOf, publishedAtOf } from './published.js'
import type { Survey } from './survey.js'
import { plain } from './title-site.js'
import { titleOf } from './title.js'
import { shortText } from './tree-walk.js'

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
  /** What it asks of crawlers, as it writes it, such as `noindex, nofollow`. */
  readonly robots: string | null
  /** The OpenGraph properties, without their `og:`. */
  readonly openGraph: Readonly<Record<string, string>>
  /** The JSON-LD of the page, each script a value; long and deep ones are cut. */
  readonly jsonLd: readonly unknown[]
}

/** What was found on a page before its metadata are put together. */
export interface MetadataSources {
  readonly survey: Survey
  /** By `readJsonLd`. */
  readonly jsonLd: readonly unknown[]
  readonly kind: PageKind
  readonly url: string | null
  readonly resolve: ResolveAddress
}

/** Puts together what a page says about itself from what was found on it. */
export function readMetadata({ survey, jsonLd, kind: given, url, resolve }: MetadataSources): Metadata {
  const { facts } = survey
  const { meta } = facts
  const things = thingsOf(jsonLd)
  const kind = given === 'thread' ? commentedKind(survey, things, url) : given
  const described = ownThings(jsonLd)
  const site = meta.get('og:site_name') ?? meta.get('application-name') ?? siteNameOf(things)
  const sites = [site ?? null, meta.get('application-name') ?? null, siteNameOf(things)]
  const title = titleOf({ facts, things: described, sites, url, kind })
  const language = facts.language ?? meta.get('content-language') ?? meta.get('og:locale') ?? null
  const heading = headingOf(facts, title)
  const around = heading === null ? new Set<Element>() : outerOf(heading.element)
  const own = [...described, ...ownItems(facts.microdata, around, kind === 'thread')]
  const marks = placedMarks(facts.marks, { heading, main: mainElements(survey), kind })
  const dates = { facts, own, marks, kind, url, language: dateLanguage(language, url) }
  const address = (text: string | null | undefined): string | null => (text ? resolve(text) : null)
  return {
    title,
    author: authorOf({ facts, own, things, marks, kind }),
    publishedAt: publishedAtOf(dates),
    modifiedAt: modifiedAtOf(dates),
    language: language === null ? null : language.trim().replaceAll('_', '-').slice(0, 35) || null,
    siteName: site?.slice(0, 200) ?? null,
    description: first(meta, ['og:description', 'description', 'twitter:description', 'dc.description']),
    keywords: keywordsOf(meta),
    image: address(first(meta, IMAGES)),
    canonical: address(facts.canonical ?? meta.get('og:url')),
    robots: meta.get('robots')?.slice(0, 200) ?? null,
    openGraph: openGraphOf(meta),
    jsonLd,
  }
}

// -------------------------------------------------------------------------------------------------------------------

const IMAGES = ['og:image', 'og:image:url', 'og:image:secure_url', 'twitter:image', 'twitter:image:src']

function keywordsOf(meta: ReadonlyMap<string, string>): string[] {
  return (meta.get('keywords') ?? '')
    .split(/[,;]/, 50)
    .map((word) => word.trim())
    .filter((word) => word !== '')
}

function mainElements({ blocks, body }: Survey): Element[] {
  const half = (body?.total ?? 0) / 2
  return blocks.filter(({ total }) => total > half).map(({ element }) => element)
}

/** English that names no country: that of the address tells whether a date begins with its day. */
function dateLanguage(language: string | null, url: string | null): string | null {
  const isOpen = language === null || /^en$/i.test(language)
  return isOpen && url !== null && DAY_FIRST.test(new URL(url).hostname) ? 'en-GB' : language
}

const DAY_FIRST = /\.(?:uk|ie|au|nz|za|in|ng|ke|sg|my)$/

/** An article whose comments hold most of the page is read as a thread, but none of them tells who wrote it. */
function commentedKind(survey: Survey, things: readonly Thing[], url: string | null): PageKind {
  const kind = pageKind({ ...survey, isDiscussion: false }, things, url)
  return kind === 'other' ? 'article' : kind
}

/** The heading that is the title of the page: bylines stand around it. */
function headingOf({ headings, subheadings, echo }: PageFacts, title: string | null): Heading | null {
  const wanted = plain(title ?? '')
  const isTitle = (text: string): boolean => wanted !== '' && plain(text) === wanted
  return (
    headings.find(({ text }) => isTitle(text)) ??
    subheadings.find(({ element }) => isTitle(shortText(element, 400))) ??
    headings.find(({ text }) => wanted.includes(plain(text)) && plain(text).length > 3) ??
    echo ??
    (headings.length === 1 ? headings[0] : null) ??
    null
  )
}

function first(meta: ReadonlyMap<string, string>, names: readonly string[]): string | null {
  for (const name of names) {
    const value = meta.get(name)
    if (value) return value
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
