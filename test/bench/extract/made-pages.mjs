// A page of each type, in a few languages, with the chrome that real ones have: enough to see that nothing is broken. How
// good a contender is only real pages tell.

const sentences = {
  en: 'The harbour was quiet that winter, and the engine of the old ferry could be heard from the bridge.',
  de: 'Der Hafen war in jenem Winter still, und man hörte die Maschine der alten Fähre bis zur Brücke.',
  es: 'El puerto estaba tranquilo aquel invierno, y desde el puente se oía el motor del viejo transbordador.',
  ja: 'その冬、港は静かで、橋の上からは古い渡し船のエンジンの音が聞こえた。',
  ar: 'كان الميناء هادئا في ذلك الشتاء، وكان صوت محرك العبارة القديمة يسمع من الجسر.',
}

/** Pages with what is to be found on them, the same ones each time. */
export function makePages() {
  return Object.keys(sentences).flatMap((language) =>
    Object.keys(bodies).map((type) => makePage(type, language)),
  )
}

// -------------------------------------------------------------------------------------------------------------------

const bodies = {
  article: (text) => ({ html: `<article><h1>Harbour</h1>${text(12, 'p')}</article>`, main: text(12) }),
  documentation: (text) => ({
    html: `<main><h1>Harbour</h1>${text(6, 'p')}<pre><code>engine --start</code></pre>${text(4, 'li')}</main>`,
    main: `Harbour ${text(6)} engine --start ${text(4)}`,
  }),
  service: (text) => ({
    html: [1, 2, 3, 4].map((n) => `<section><h2>Harbour ${n}</h2>${text(3, 'p')}</section>`).join(''),
    main: [1, 2, 3, 4].map((n) => `Harbour ${n} ${text(3)}`).join('\n'),
  }),
  forum: (text) => ({
    html: [1, 2, 3, 4, 5]
      .map(
        (n) =>
          `<div class="post"><a class="username">user${n}</a><div class="post-body">${text(2, 'p')}</div></div>`,
      )
      .join(''),
    main: [1, 2, 3, 4, 5].map((n) => `user${n} ${text(2)}`).join('\n'),
  }),
  product: (text) => ({
    html: `<main><h1>Harbour</h1><p>$ 49</p>${text(4, 'p')}</main><section><h2>Related products</h2>${text(1, 'p')}</section>`,
    main: `Harbour $ 49 ${text(4)}`,
  }),
  listing: (text) => cards(text, 12),
  collection: (text) => cards(text, 24),
}

function cards(text, count) {
  const names = Array.from({ length: count }, (_, at) => `Harbour ${at}`)
  return {
    html: names
      .map((name) => `<div class="card"><h3><a href="/x">${name}</a></h3>${text(1, 'p')}</div>`)
      .join(''),
    main: names.map((name) => `${name} ${text(1)}`).join('\n'),
  }
}

function makePage(type, language) {
  const text = (count, tag) =>
    Array.from({ length: count }, () =>
      tag ? `<${tag}>${sentences[language]}</${tag}>` : sentences[language],
    ).join('\n')
  const { html, main } = bodies[type](text)
  const chrome = Array.from({ length: 30 }, (_, at) => `<li><a href="/s/${at}">Section ${at}</a></li>`).join(
    '',
  )
  const truth = {
    ...{ page_type: type, title: 'Harbour', author: null, publish_date: null, main_content: main },
    ...{ with: [sentences[language]], without: ['Section 7', 'All rights reserved'] },
  }
  return {
    url: `https://example.com/${language}/${type}/1`,
    truth,
    html: `<!doctype html><html lang="${language}"><head><title>Harbour | Ferries</title></head><body><nav><ul>${chrome}</ul></nav>
${html}<footer><ul>${chrome}</ul><p>All rights reserved</p></footer></body></html>`,
  }
}
