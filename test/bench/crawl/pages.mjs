import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** Pages by path: those of a folder of `*.html.gz`, or 200 of about 50 KB times `scale` that are made up, the same ones each time. */
export function loadPages(folder, scale = 1) {
  const pages = folder ? readPages(folder) : makePages(200, scale)
  if (pages.length === 0) throw new Error(`${folder} holds no *.html.gz`)
  return new Map(pages.map((page, i) => [`/pages/${i}`, page]))
}

function readPages(folder) {
  const files = readdirSync(folder).filter((name) => name.endsWith('.html.gz'))
  return files
    .sort()
    .map((name) => ({ type: 'text/html', body: gunzipSync(readFileSync(join(folder, name))) }))
}

// ---------------------------------------------------------------------------------------------------------

const words = (
  'the of and to in that was for on with as by at from harbour winter engine river council letter market bridge ' +
  'evening captain garden railway question measure village teacher window journey answer music summer history'
).split(' ')

function makePages(count, scale) {
  const random = generator(42)
  return Array.from({ length: count }, (_, i) => ({
    type: 'text/html; charset=utf-8',
    body: Buffer.from(makePage(i, random, scale)),
  }))
}

/** An article as sites have them: about a quarter of the bytes is its text. */
function makePage(number, random, scale) {
  const upTo = (n) => Math.floor(random() * n)
  const some = (n) => Array.from({ length: n }, () => words[upTo(words.length)]).join(' ')
  const many = (n, make) => Array.from({ length: Math.ceil(n * scale) }, (_, i) => make(i)).join('\n')
  const link = (i) =>
    `<a class="nav__link" href="/section/${upTo(40)}/item-${i}?from=p${number}">${some(3)}</a>`
  const paragraph = () =>
    `<p>${some(30 + upTo(60))}, <a href="/about/${upTo(99)}">${some(2)}</a>, ${some(12)}. <em>${some(4)}</em>.</p>`
  const card = (
    i,
  ) => `<div class="card"><div class="card__media"><img src="/img/${number}-${i}.jpg" alt="${some(4)}" loading="lazy">
    </div><h3 class="card__title"><a href="/story/${upTo(9999)}">${some(7)}</a></h3><p class="card__teaser">${some(14)}</p>
    <ul class="card__tags">${many(3, () => `<li><a rel="tag" href="/tag/${upTo(50)}">${some(1)}</a></li>`)}</ul></div>`
  const comment = (
    i,
  ) => `<li class="comment" id="c${i}"><div class="comment__author">${some(2)}</div><time>${i} hours ago</time>
    <div class="comment__body"><p>${some(20 + upTo(20))}</p></div><a href="#c${i}">Reply</a></li>`
  const title = some(8)
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title} | The Daily ${number}</title>
<meta name="description" content="${some(20)}"><meta property="og:title" content="${title}"><meta property="og:type" content="article">
<link rel="canonical" href="https://example.com/story/${number}"><meta property="article:published_time" content="2026-03-04T05:06:07Z">
<script type="application/ld+json">${JSON.stringify({ '@context': 'https://schema.org', '@type': 'NewsArticle', headline: title, author: { '@type': 'Person', name: some(2) } })}</script>
<style>${many(60, (i) => `.u${i}{margin:${i}px;padding:0 ${i}px;color:#${100 + i}}`)}</style></head><body class="story">
<header class="site-header"><nav class="nav"><ul>${many(40, (i) => `<li>${link(i)}</li>`)}</ul></nav></header>
<main><article class="story__body"><h1>${title}</h1><p class="byline">By <a rel="author" href="/by/${upTo(50)}">${some(2)}</a></p>
${many(28, paragraph)}<h2>${some(5)}</h2><ul>${many(6, () => `<li>${some(10)}</li>`)}</ul><blockquote><p>${some(30)}</p></blockquote>
<table><tbody>${many(8, () => `<tr>${many(4, () => `<td>${some(2)}</td>`)}</tr>`)}</tbody></table></article>
<aside class="related">${many(20, card)}</aside><section class="comments"><ol>${many(28, comment)}</ol></section></main>
<footer>${many(30, (i) => link(i))}</footer><script>${many(40, (i) => `window.q${i}=function(a){return a<${i}&&"${some(4)}"};`)}</script>
</body></html>`
}

/** mulberry32: a small generator with a seed, so that each run crawls the same pages. */
function generator(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
