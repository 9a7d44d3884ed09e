import type { Route, Site } from '../jobs/site.js'
import { answer } from '../jobs/site.js'
import { siteOf } from '../jobs/closing-stage.js'

export interface SitePage {
  readonly links?: readonly (
    string | { readonly to: string; readonly rel?: string; readonly text?: string }
  )[]
  /** Of the page's head. */
  readonly head?: string
}

/** A site of pages that link to each other, by their paths; other routes stand beside them. */
export function siteOfPages(
  pages: Readonly<Record<string, SitePage>>,
  routes: Readonly<Record<string, Route>> = {},
): Promise<Site> {
  const made = Object.entries(pages).map(([path, page]): [string, Route] => [
    path,
    answer(200, { 'content-type': 'text/html; charset=utf-8' }, htmlOf(path, page)),
  ])
  return siteOf({ ...Object.fromEntries(made), ...routes })
}

function htmlOf(path: string, { links = [], head = '' }: SitePage): string {
  const anchors = links.map((link) => {
    const { to, rel, text = to } = typeof link === 'string' ? { to: link, rel: undefined } : link
    return `<li><a href="${to}"${rel === undefined ? '' : ` rel="${rel}"`}>${text}</a>`
  })
  return `<!doctype html><title>${path}</title>${head}<main><h1>${path}</h1><p>What there is to read at ${path}, and it is not short.</p><ul>${anchors.join('')}</ul></main>`
}
