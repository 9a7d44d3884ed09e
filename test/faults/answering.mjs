/** Does what the parent asks, and answers; `fallback` is for verbs that are none of these. */
export function answer(verbs, fallback) {
  process.on('message', async ({ n, verb, args }) => {
    try {
      const value = await (verbs[verb] ?? fallback(verb))(...args)
      process.send?.({ n, value: value ?? null })
    } catch (error) {
      const { code = 'none', message, retryable = false } = error
      process.send?.({ n, code, message: String(message), retryable })
    }
  })
  process.send({ n: 0, value: null })
}
