import { RiptideError } from '../../core/errors.js'
import { type NeutralResponse, emptyResponse, jsonResponse } from '../exchange.js'
import type { Call } from '../route.js'
import { knownOnly } from '../wire-fields.js'
import { templatePointer } from '../wire-pointers.js'
import { templateIn, templateOut, versionIn } from '../wire-template.js'
import { inTerms } from './terms.js'

/** PUT /workers/templates/:name */
export async function putTemplate({ service, id: name, body }: Call): Promise<NeutralResponse> {
  const { wireType, template } = templateIn(name, body)
  const standing = await inTerms(templatePointer(wireType), () => service.putTemplate(template))
  return jsonResponse(200, templateOut(standing))
}

/** GET /workers/templates */
export async function listTemplates({ service }: Call): Promise<NeutralResponse> {
  return jsonResponse(200, (await service.listTemplates()).map(templateOut))
}

/** GET /workers/templates/:name */
export async function getTemplate({ service, id: name, query }: Call): Promise<NeutralResponse> {
  const version = versionIn(query)
  const template = await service.getTemplate(name, version)
  if (template) return jsonResponse(200, templateOut(template))
  const what = version === undefined ? `template ${name}` : `version ${version} of the template ${name}`
  throw new RiptideError('TEMPLATE_NOT_FOUND', `there is no ${what}`)
}

/** DELETE /workers/templates/:name */
export async function removeTemplate({ service, id: name, body }: Call): Promise<NeutralResponse> {
  knownOnly(body, [])
  await service.removeTemplate(name)
  return emptyResponse(204)
}
