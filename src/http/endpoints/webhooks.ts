import { RiptideError } from '../../core/errors.js'
import { type NeutralResponse, emptyResponse, jsonResponse } from '../exchange.js'
import type { Call } from '../route.js'
import { knownOnly } from '../wire-fields.js'
import { fieldPointer } from '../wire-pointers.js'
import {
  rotationIn,
  rotationWords,
  webhookChangeIn,
  webhookIn,
  webhookOut,
  webhookWords,
} from '../wire-webhook.js'
import { inTerms } from './terms.js'

/** POST /workers/webhooks: the answer tells the secret. */
export async function addWebhook({ service, body }: Call): Promise<NeutralResponse> {
  const webhook = webhookIn(body)
  const added = await inTerms(fieldPointer(webhookWords), () => service.addWebhook(webhook))
  return jsonResponse(200, webhookOut(added))
}

/** GET /workers/webhooks */
export async function listWebhooks({ service }: Call): Promise<NeutralResponse> {
  return jsonResponse(200, (await service.listWebhooks()).map(webhookOut))
}

/** GET /workers/webhooks/:webhook_id */
export async function getWebhook({ service, id }: Call): Promise<NeutralResponse> {
  const webhook = await service.getWebhook(id)
  if (!webhook) throw new RiptideError('WEBHOOK_NOT_FOUND', `there is no webhook ${id}`)
  return jsonResponse(200, webhookOut(webhook))
}

/** PATCH /workers/webhooks/:webhook_id */
export async function changeWebhook({ service, id, body }: Call): Promise<NeutralResponse> {
  const change = webhookChangeIn(body)
  const changed = await inTerms(fieldPointer(webhookWords), () => service.updateWebhook(id, change))
  return jsonResponse(200, webhookOut(changed))
}

/** DELETE /workers/webhooks/:webhook_id */
export async function removeWebhook({ service, id, body }: Call): Promise<NeutralResponse> {
  knownOnly(body, [])
  await service.removeWebhook(id)
  return emptyResponse(204)
}

/** POST /workers/webhooks/:webhook_id/rotate-secret: the answer tells the new secret. */
export async function rotateSecret({ service, id, body }: Call): Promise<NeutralResponse> {
  const options = rotationIn(body)
  const rotated = await inTerms(fieldPointer(rotationWords), () => service.rotateWebhookSecret(id, options))
  return jsonResponse(200, webhookOut(rotated))
}
