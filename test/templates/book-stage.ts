import type { TemplateInput } from '../../src/control-api.js'
import { type RiptideError, isRiptideError } from '../../src/core/errors.js'
import { newId } from '../../src/core/random.js'
import { TemplateBook } from '../../src/templates/template-book.js'
import { FakeStore } from '../webhooks/fake-store.js'

let now = 1_700_000_000_000

/** Templates over a fake store; the schedules follow the template `mail`. */
export function newBook(followers: readonly string[] = []): { book: TemplateBook; store: FakeStore } {
  const store = new FakeStore()
  const book = new TemplateBook({
    store,
    followers: (name) => Promise.resolve(name === 'mail' ? followers : []),
    maxPayloadBytes: 100_000,
    now: () => now++,
    newId: () => newId(now),
  })
  return { book, store }
}

export const mail: TemplateInput = {
  name: 'mail',
  job: { type: 'mail', payload: { to: '{{to}}', subject: 'Hello {{name}}', copies: '{{copies}}' } },
  options: { priority: 'high', metadata: { to: '{{to}}' }, dedupeKey: 'mail-{{to}}' },
  parameters: {
    to: { type: 'string' },
    name: { type: 'string', default: 'you' },
    copies: { type: 'integer', default: 1 },
  },
}

/** The error of ours that a promise rejects with. */
export async function refusal(work: Promise<unknown>): Promise<RiptideError> {
  const thrown: unknown = await work.then(
    () => new Error('it was not refused'),
    (error: unknown) => error,
  )
  if (isRiptideError(thrown)) return thrown
  throw thrown
}
