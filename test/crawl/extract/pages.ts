/** Prose of about `words` words, each sentence its own, for pages that need some weight. */
export function prose(words: number, topic = 'kettle'): string {
  const sentences: string[] = []
  for (let count = 0; count < words; count += 12) {
    sentences.push(`The ${topic} number ${count}, as everybody knows, boils water slowly, then sings.`)
  }
  return sentences.join(' ')
}

/** A page with this head and body. */
export function page(body: string, head = ''): string {
  return `<!doctype html><html lang="en"><head>${head}</head><body>${body}</body></html>`
}
