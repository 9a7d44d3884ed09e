/** The F1 of the words of one text against those of another, each counted as often as it stands there. */
export function overlap(got, want) {
  const [found, wanted] = [wordsOf(got), wordsOf(want)]
  if (found.length === 0 || wanted.length === 0) return found.length === wanted.length ? 1 : 0
  const left = new Map()
  for (const word of wanted) left.set(word, (left.get(word) ?? 0) + 1)
  let both = 0
  for (const word of found) {
    const count = left.get(word) ?? 0
    if (count === 0) continue
    left.set(word, count - 1)
    both++
  }
  return (2 * both) / (found.length + wanted.length)
}

/** Which share of some snippets a text in lower case holds; `null` when there are none. */
export function share(snippets, text) {
  if (snippets.length === 0) return null
  return snippets.filter((snippet) => text.includes(snippet.toLowerCase())).length / snippets.length
}

// -------------------------------------------------------------------------------------------------------------------

function wordsOf(text) {
  return (text ?? '').toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? []
}
