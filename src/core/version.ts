/** The version of this package, as its user agent and its documents say it; a test compares it with package.json. */
export const version = '0.1.0'
