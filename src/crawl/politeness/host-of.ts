/** The host of a url with its port, whatever the scheme: it is one server. Throws for what is no url. */
export function hostOf(url: string): string {
  return new URL(url).host
}
