import { type NeutralResponse, jsonResponse } from '../exchange.js'
import type { Call } from '../route.js'
import { drainIn, filterWords, pauseIn } from '../wire-control.js'
import { pausesOut, queueStatsOut } from '../wire-out.js'
import { fieldPointer } from '../wire-pointers.js'
import { inTerms } from './terms.js'

/** POST /workers/queue/pause */
export async function pauseQueue({ service, body }: Call): Promise<NeutralResponse> {
  const options = pauseIn(body)
  await inTerms(fieldPointer(filterWords), () => service.pause(options))
  return pauses(service)
}

/** POST /workers/queue/resume */
export async function resumeQueue({ service, body }: Call): Promise<NeutralResponse> {
  const options = pauseIn(body)
  await inTerms(fieldPointer(filterWords), () => service.resume(options))
  return pauses(service)
}

/** POST /workers/queue/drain: answers when nothing runs any more, or 503 TIMEOUT; it is paused either way. */
export async function drainQueue({ service, body }: Call): Promise<NeutralResponse> {
  const options = drainIn(body)
  await service.drain(options)
  return pauses(service)
}

/** GET /workers/stats/queue */
export async function getQueueStats({ service }: Call): Promise<NeutralResponse> {
  return jsonResponse(200, queueStatsOut(await service.getQueueStats()))
}

// -------------------------------------------------------------------------------------------------------------------

async function pauses(service: Call['service']): Promise<NeutralResponse> {
  return jsonResponse(200, pausesOut(await service.getQueueStats()))
}
