import { createHash } from 'node:crypto'

/** A Lua script as the link runs it. */
export interface Script {
  /** For messages: what the script does, in a word. */
  readonly name: string
  readonly text: string
  /** SHA-1 of the text, by which the server knows it. */
  readonly sha: string
  /** Whether its reply waits for the replicas that `waitReplicas` asks for. */
  readonly awaited: boolean
}

/** Runs scripts on a namespace. */
export interface Runner {
  readonly run: (script: Script, args: readonly string[]) => Promise<unknown>
  /** What a script is told: '1' in a cluster. */
  readonly cluster: () => string
}

/**
 * A script put together from parts, which is done at its first use: a process pays only for what it runs. A script that
 * only reads says so with `awaited: false`.
 */
export function defineScript(
  name: string,
  parts: readonly string[],
  { awaited = true }: { readonly awaited?: boolean } = {},
): Script {
  let text: string | undefined
  let sha: string | undefined
  return {
    name,
    awaited,
    get text() {
      return (text ??= parts.join('\n'))
    },
    get sha() {
      return (sha ??= createHash('sha1').update(this.text).digest('hex'))
    },
  }
}
