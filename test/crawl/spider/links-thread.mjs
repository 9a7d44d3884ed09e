// A thread that finds one link on every page: so whoever follows it has read the page here.
export function ready() {
  return true
}

export function sendText({ body, url, reading }) {
  if (reading === 'html') return { encoding: 'utf-8', json: null, html: new TextDecoder().decode(body) }
  const link = { url: new URL('/found-by-thread', url).href, text: 'there', rel: null, internal: true }
  const document = { url, title: null, text: '', markdown: '', links: [link], metadata: {} }
  return { encoding: 'utf-8', json: JSON.stringify(document), html: null }
}
