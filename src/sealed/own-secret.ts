/** A job's settings with the secret of its own webhook sealed or opened; the same text where it has none. */
export function withOwnSecret(options: string, change: (secret: string) => string): string {
  if (!options.includes('"secret":"')) return options
  const settings = JSON.parse(options) as { readonly webhook?: { readonly secret: string | null } }
  const { webhook } = settings
  if (typeof webhook?.secret !== 'string') return options
  return JSON.stringify({ ...settings, webhook: { ...webhook, secret: change(webhook.secret) } })
}
