import { RiptideError } from '../../core/errors.js'
import { type ClusterClient, type RedisClient, isCluster } from './redis-client.js'
import type { Script } from './script.js'

export interface Evaluation {
  readonly script: Script
  readonly key: string
  readonly args: readonly (string | number)[]
  /** So many replicas must have what the script wrote, within this time. */
  readonly replicas: number
  readonly replicasMs: number
}

/** Runs a script by its digest, and by its text where the server does not know it, which teaches it. */
export async function evaluate(client: RedisClient, evaluation: Evaluation): Promise<unknown> {
  const { script } = evaluation
  try {
    return await send(client, 'evalsha', script.sha, evaluation)
  } catch (thrown) {
    if (!hasWord(thrown, 'NOSCRIPT')) throw thrown
  }
  return send(client, 'eval', script.text, evaluation)
}

// -------------------------------------------------------------------------------------------------------------------

type Verb = 'eval' | 'evalsha'

/**
 * The keys that a script is sent with. While the slot of a namespace moves, its keys are on two nodes: a script with one key
 * would run on the node that has this one, and find others missing. A second key, which never exists, makes both nodes refuse
 * with TRYAGAIN until the slot has moved.
 */
function keysOf(client: RedisClient, key: string): readonly string[] {
  return isCluster(client) ? [key, `${key}-`] : [key]
}

function send(client: RedisClient, verb: Verb, code: string, evaluation: Evaluation): Promise<unknown> {
  const { script, replicas } = evaluation
  if (replicas === 0 || !script.awaited) return sendAlone(client, verb, code, evaluation)
  const sendAndWait = isCluster(client) ? sendToNode : sendToServer
  return sendAndWait(client as ClusterClient, verb, code, evaluation)
}

function sendAlone(
  client: RedisClient,
  verb: Verb,
  code: string,
  { key, args }: Evaluation,
): Promise<unknown> {
  const keys = keysOf(client, key)
  return client[verb](code, keys.length, ...keys, ...args)
}

/** WAIT speaks of its own connection: it goes right behind the script, and both take one round trip. */
async function sendToServer(
  client: RedisClient,
  verb: Verb,
  code: string,
  evaluation: Evaluation,
): Promise<unknown> {
  const { replicas, replicasMs } = evaluation
  const reply = sendAlone(client, verb, code, evaluation)
  const had = client.wait(replicas, replicasMs)
  had.catch(nothing)
  const answer = await reply
  demand(replicas, await had)
  return answer
}

/** In a cluster a pipeline keeps the two together; it is sent to the node of its key. */
async function sendToNode(
  client: ClusterClient,
  verb: Verb,
  code: string,
  evaluation: Evaluation,
): Promise<unknown> {
  const { key, args, replicas, replicasMs } = evaluation
  const keys = keysOf(client, key)
  const commands = [
    [verb, code, keys.length, ...keys, ...args],
    ['wait', replicas, replicasMs],
  ]
  const [script, wait] = (await client.pipeline(commands).exec()) ?? []
  const error = script?.[0]
  // ioredis follows a pipeline to another node only when all of it was sent there, and WAIT never is. Sent alone, the
  // script is followed, and ioredis learns who has the slot; whoever asked sends the step again, with its WAIT.
  if (hasWord(error, 'MOVED') || hasWord(error, 'ASK')) await sendAlone(client, verb, code, evaluation)
  if (error) throw error
  if (wait?.[0]) throw wait[0]
  demand(replicas, wait?.[1])
  return script?.[1]
}

function demand(replicas: number, had: unknown): void {
  if (Number(had) >= replicas) return
  throw new RiptideError(
    'NOT_REPLICATED',
    `${String(had)} of ${replicas} replicas have this step; it may be done all the same, and may be sent again`,
    { retryable: true, facts: { replicas, had: Number(had) } },
  )
}

function hasWord(thrown: unknown, word: string): boolean {
  return thrown instanceof Error && thrown.message.startsWith(word)
}

const nothing = (): void => undefined
