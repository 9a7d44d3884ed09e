// A thread whose tasks do what the host of a url says, or its path, or the bytes of a PDF.
let count = 0

export function ready() {
  return true
}

export function sendText({ url, body }) {
  count++
  const { hostname, pathname } = new URL(url)
  if (hostname === 'hangs' || pathname === '/hangs') for (;;);
  if (hostname === 'ends') process.exit(3)
  if (hostname === 'throws') throw new RangeError('Maximum call stack size exceeded')
  if (hostname === 'hoards') return hoard()
  return { encoding: `read ${count} of this thread`, json: null, html: `${body.byteLength} bytes` }
}

export function readPdf({ data }) {
  if (Buffer.from(data).includes('(hangs)')) for (;;);
  return { kind: 'no library' }
}

function hoard() {
  const all = []
  for (;;) all.push(new Array(100_000).fill(all.length))
}
