import { absolute, addressResolver } from './address.js'
import { type Link } from './links.js'
import { type Metadata, readMetadata } from './metadata.js'
import { choosePage, pageKind } from './choose.js'
import { parseTree } from './parse-tree.js'
import { render } from './render.js'
import { surveyPage } from './survey.js'
import { weighBlocks } from './weigh.js'

/** What a page says, without what stands around it. */
export interface ExtractedDocument {
  readonly url: string | null
  readonly title: string | null
  readonly text: string
  readonly markdown: string
  readonly links: Link[]
  readonly metadata: Metadata
}

/** How a page is read. */
export interface ExtractOptions {
  readonly url?: string
}

export function extractDocument(html: string, options: ExtractOptions = {}): ExtractedDocument {
  const url = typeof options.url === 'string' ? absolute(options.url, null) : null
  const survey = surveyPage(parseTree(html))
  weighBlocks(survey)
  const base = survey.facts.base === null ? url : (absolute(survey.facts.base, url) ?? url)
  const resolve = addressResolver(base)
  const metadata = readMetadata(survey.facts, url, resolve)
  const { parts, isDropped } = choosePage(survey, metadata, url)
  const kind = (globalThis as any).KIND = pageKind(survey, metadata, url)
  const { text, markdown } = render(parts, { isDropped, isLayout: (t) => survey.layoutTables.has(t), resolve })
  return { url, title: metadata.title, text, markdown, links: survey.links.links(url, resolve), metadata, kind } as any
}
