import { createServer } from 'node:http'

const pages = {
  '/': ['The harbour gazette', ['A small site of four pages, served by the example itself.', links()]],
  '/tides': [
    'How the tides work',
    [
      'Twice a day the water in the harbour rises and falls, because the moon pulls a little harder on the near side of the earth than on the far side.',
      'When sun and moon pull together, at new and full moon, the range is largest: sailors call these spring tides. A rip tide is the current that runs out again, fast and narrow, through a gap in the bar.',
    ],
  ],
  '/workers': [
    'The workers of the harbour',
    [
      'Four workers unload the ships. Each takes the next crate that it may take, urgent ones first, and signs for it; if one falls ill, another takes over the crate that was signed for and not delivered.',
      'Nobody waits for a crate at the quay: one leaves an order, gets a number, and is told when it is done.',
    ],
  ],
  '/lighthouse': [
    'The lighthouse keeper’s timetable',
    [
      'The lamp is lit at the same hour every evening, also in the two weeks of the year in which the clocks are changed.',
      'A keeper who slept through an hour lights the lamp once when waking, not once for each hour slept.',
    ],
  ],
}

/** Serves four small pages on a free port of this machine. */
export async function startSite() {
  const server = createServer((request, response) => {
    const page = pages[request.url]
    response.writeHead(page ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' })
    response.end(page ? html(...page) : html('Not found', ['There is no such page.']))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${server.address().port}`
  return {
    origin,
    urls: Object.keys(pages).map((path) => origin + path),
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function html(title, paragraphs) {
  const body = paragraphs.map((text) => `<p>${text}</p>`).join('\n')
  return `<!doctype html><html lang="en"><head><title>${title}</title></head>
<body><main><article><h1>${title}</h1>\n${body}</article></main></body></html>`
}

function links() {
  return '<a href="/tides">Tides</a>, <a href="/workers">workers</a> and the <a href="/lighthouse">lighthouse</a>.'
}
