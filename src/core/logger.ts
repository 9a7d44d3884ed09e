/** Fields that go with a log line. Never a payload, a url with credentials, or a header. */
export type LogFields = Readonly<Record<string, unknown>>

/** What the library logs to; pino, winston and console fit with a line of glue. */
export interface Logger {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

const nothing = (): void => undefined

/** Says nothing. */
export const silentLogger: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing }

/** The default: warnings and errors to the console, the rest is dropped. */
export const consoleLogger: Logger = {
  debug: nothing,
  info: nothing,
  warn: (message, fields) => console.warn(`riptide-workers: ${message}`, fields ?? ''),
  error: (message, fields) => console.error(`riptide-workers: ${message}`, fields ?? ''),
}

/** The same logger, of which no call can throw or reject into the library: a full disk for logs stops no job. */
export function safeLogger(logger: Logger): Logger {
  const guard =
    (level: keyof Logger) =>
    (message: string, fields?: LogFields): void => {
      try {
        const answer: unknown = logger[level](message, fields)
        if (answer instanceof Promise) answer.catch(nothing)
      } catch {
        // A logger that throws has nobody left to tell.
      }
    }
  return { debug: guard('debug'), info: guard('info'), warn: guard('warn'), error: guard('error') }
}
