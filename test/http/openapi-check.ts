import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { expect } from 'vitest'
import { openApiDocument, templateOf } from '../../src/http/openapi/document.js'
import { type RouteName, routes } from '../../src/http/routes.js'

type Fields = Record<string, unknown>

interface Content {
  readonly schema: Fields
  readonly example?: unknown
  readonly examples?: Record<string, { readonly value: unknown }>
}

interface Described {
  readonly content?: Record<string, Content>
  readonly $ref?: string
}

export interface Operation {
  readonly operationId: string
  readonly parameters?: readonly { readonly name: string; readonly in: string }[]
  readonly requestBody?: { readonly required: boolean; readonly content: Record<string, Content> }
  readonly responses: Record<string, Described>
}

interface Document {
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: Record<string, Record<string, unknown>>
}

/** The document of the routes under a prefix. */
export const document = openApiDocument('/bg') as Document

export const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
)

/** That the answer of a route is one that the document describes; its body, empty when there is none. */
export async function expectDescribed(name: RouteName, response: Response): Promise<Fields> {
  const { path, method } = routes[name]
  const { status } = response
  const described = document.paths[templateOf(path)]?.[method.toLowerCase()]?.responses[status]
  expect(described, `${name} ${status}`).toBeDefined()
  if (status === 204) {
    expect(await response.text(), name).toBe('')
    return {}
  }
  const answer = (await response.json()) as Fields
  const shared = described?.$ref === undefined ? described : sharedResponse(described.$ref)
  const schema = shared?.content?.[response.headers.get('content-type') ?? '']?.schema
  expect(schema, name).toBeDefined()
  expectValid(schema ?? {}, answer)
  return answer
}

/** That a value fits a schema of the document. */
export function expectValid(schema: Fields, value: unknown): void {
  const absolute = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"https://openapi.test/#/')) as Fields
  const validate = ajv.compile(absolute)
  validate(value)
  expect(validate.errors ?? []).toEqual([])
}

// -------------------------------------------------------------------------------------------------------------------

const ajv = addFormats.default(new Ajv2020({ strict: false, allErrors: true }))
ajv.addSchema({ $id: 'https://openapi.test/', components: document.components })

function sharedResponse(pointer: string): Described | undefined {
  return document.components['responses']?.[pointer.split('/').at(-1) ?? ''] as Described | undefined
}
