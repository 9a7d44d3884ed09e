/** What the document says of a route beside what the route table knows. */
export interface Operation {
  readonly tags: readonly string[]
  readonly summary: string
  readonly description?: string
  /** Beside the id in the path. */
  readonly parameters?: readonly object[]
  readonly body?: { readonly schema: object; readonly examples: Readonly<Record<string, object>> }
  readonly answers: Readonly<Record<number, object>>
  /** Statuses of problems beside those that follow from the shape of the route. */
  readonly errors: readonly (400 | 404 | 409 | 413 | 422)[]
}

export function ref(name: string): object {
  return { $ref: `#/components/schemas/${name}` }
}

/** An answer with a body of JSON. */
export function json(description: string, schema: object, example?: unknown): object {
  return {
    description,
    content: { 'application/json': { schema, ...(example === undefined ? {} : { example }) } },
  }
}

export function query(name: string, description: string, schema: object): object {
  return { name, in: 'query', description, schema }
}

/** An object of which every member is always there but the optional ones, and to which a later version may add. */
export function answer(
  properties: Readonly<Record<string, object>>,
  optional: Readonly<Record<string, object>> = {},
): object {
  const required = Object.keys(properties)
  return { type: 'object', required, properties: { ...properties, ...optional }, additionalProperties: true }
}

/** An object that may have these properties, and no other. */
export function request(
  properties: Readonly<Record<string, object>>,
  required: readonly string[] = [],
): object {
  return {
    type: 'object',
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
    properties,
  }
}

/** Schemas that are used again and again. */
export const count = { type: 'integer', minimum: 0 }
export const ms = { type: 'number', minimum: 0 }
export const wholeMs = { type: 'integer', minimum: 0 }
export const text = { type: 'string' }
export const textOrNull = { type: ['string', 'null'] }
export const time = { type: 'string', format: 'date-time' }
export const timeOrNull = { type: ['string', 'null'], format: 'date-time' }
export const yesOrNo = { type: 'boolean' }
export const userObject = { type: 'object', additionalProperties: true }
export const texts = { type: 'array', items: text }
