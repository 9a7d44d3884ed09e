/** Whether a value has all these methods: how an adapter or a logger from outside is recognised. */
export function hasMethods(value: unknown, methods: readonly string[]): boolean {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return false
  return methods.every((method) => typeof (value as Record<string, unknown>)[method] === 'function')
}
