import { RiptideError } from '../../core/errors.js'
import { type NeutralResponse, jsonResponse } from '../exchange.js'
import type { Call } from '../route.js'
import { scaleIn, scaleOut } from '../wire-control.js'
import { healthOut, metricsOut, workerStatsOut } from '../wire-out.js'

/** GET /workers/stats/workers */
export async function getWorkerStats({ service }: Call): Promise<NeutralResponse> {
  const stats = await service.getWorkerStats()
  if (stats.isRunning || stats.healthyWorkers > 0) return jsonResponse(200, workerStatsOut(stats))
  throw new RiptideError('WORKERS_NOT_RUNNING', 'this service is not started, and no other worker is alive')
}

/** GET /workers/scale */
export async function getScale({ service, query }: Call): Promise<NeutralResponse> {
  return jsonResponse(200, scaleOut(await service.getScale(scaleIn(query))))
}

/** GET /workers/metrics */
export async function getMetrics({ service }: Call): Promise<NeutralResponse> {
  return jsonResponse(200, metricsOut(await service.getMetrics()))
}

/** GET /workers/health: the same body either way, with 503 for whoever only looks at the status. */
export async function getHealth({ service }: Call): Promise<NeutralResponse> {
  const health = await service.healthCheck()
  return jsonResponse(health.healthy ? 200 : 503, healthOut(health))
}

/** GET /workers/openapi.json */
export function getOpenApi({ document, prefix }: Call): NeutralResponse {
  return jsonResponse(200, document(prefix))
}
