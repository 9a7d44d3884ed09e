import { RiptideError } from '../../core/errors.js'
import type { Logger } from '../../core/logger.js'
import startCheckLua from './lua/start-check.lua'
import { redisError } from './redis-errors.js'
import { defineScript } from './script.js'

/** Asks the node that has the namespace all that `examine` looks at; it needs no right that other scripts do not need. */
export const startCheck = defineScript('start-check', [startCheckLua], { awaited: false })

export interface Demands {
  readonly prefix: string
  readonly allowEviction: boolean
}

/**
 * Throws when the server that answered `startCheck` so must not hold jobs: too old (CONFIG_INVALID), one that throws keys
 * away (CONFIG_INVALID), one where messages may not be sent (STORE_DENIED), or a replica: that is STORE_UNAVAILABLE and may
 * pass, because while a failover goes on an address leads to one.
 */
export function examine(answer: unknown, { prefix, allowEviction }: Demands, logger: Logger): void {
  const [info, againstInfo, againstPublish] = textsOf(answer)
  const facts = factsIn(info)
  if (facts.size === 0) {
    const why = againstInfo === '' ? undefined : againstInfo
    logger.warn('Redis does not tell its version, role and maxmemory-policy; they are not checked', { why })
  }
  refuseReplica(facts)
  refuseOldServer(facts)
  if (!allowEviction) refuseEviction(facts)
  if (againstPublish !== '') throw mayNotPublish(againstPublish, prefix)
}

/** Whether the refusal is about a setting that may change while the server runs. */
export function isAboutEviction(error: RiptideError): boolean {
  return error.facts.maxmemoryPolicy !== undefined
}

// -------------------------------------------------------------------------------------------------------------------

type Facts = ReadonlyMap<string, string>

const oldest = [6, 2] as const

function textsOf(answer: unknown): readonly [string, string, string] {
  const texts = Array.isArray(answer) ? answer.map(String) : []
  return [texts[0] ?? '', texts[1] ?? '', texts[2] ?? '']
}

function factsIn(info: string): Facts {
  const lines = info.split(/\r?\n/).map((line) => /^(\w+):(.*)$/.exec(line))
  return new Map(lines.flatMap((match) => (match ? [[match[1] ?? '', match[2] ?? '']] : [])))
}

function refuseReplica(facts: Facts): void {
  if ((facts.get('role') ?? 'master') === 'master') return
  throw new RiptideError(
    'STORE_UNAVAILABLE',
    'Redis: this server is a replica and takes no jobs; the address must lead to the primary',
    { retryable: true, facts: { role: 'replica' } },
  )
}

function refuseOldServer(facts: Facts): void {
  const version = facts.get('redis_version')
  if (version === undefined) return
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return
  throw new RiptideError(
    'CONFIG_INVALID',
    `Redis ${oldest.join('.')} or newer is needed; this is ${version}`,
    {
      facts: { version },
    },
  )
}

/** Without a limit of memory nothing is thrown away, whatever the policy. */
function refuseEviction(facts: Facts): void {
  const policy = facts.get('maxmemory_policy') ?? 'noeviction'
  if (policy === 'noeviction' || Number(facts.get('maxmemory') ?? 0) === 0) return
  throw new RiptideError(
    'CONFIG_INVALID',
    `this Redis throws keys away when its memory is used up (maxmemory-policy is ${policy}), so jobs would vanish; ` +
      'set maxmemory-policy to noeviction, or pass allowEviction: true',
    { facts: { maxmemoryPolicy: policy } },
  )
}

function mayNotPublish(said: string, prefix: string): RiptideError {
  const { facts } = redisError(new Error(said))
  const rule = `this user may not publish; allow it with: ACL SETUSER <user> +publish +subscribe &${prefix}*`
  return new RiptideError('STORE_DENIED', `Redis: ${rule}`, { facts })
}
