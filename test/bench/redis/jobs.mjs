/** What each job returns; the rows that keep results keep this. */
export const result = { ok: true }

const filler = 'x'.repeat(100)

/** About 200 bytes as JSON. */
export function payloadOf(i) {
  return { i, url: `https://example.com/articles/${i}?page=1`, language: 'en', depth: 2, note: filler }
}

/** The i-th payload, with the time it was made at: by a clock that all processes of a host share, in ns. */
export function stampedPayloadOf(i) {
  return { ...payloadOf(i), at: Number(process.hrtime.bigint()) }
}

/** How long ago a stamped payload was made, in ms. */
export function ageMsOf({ at }) {
  return (Number(process.hrtime.bigint()) - at) / 1e6
}
