import { expect, test } from 'vitest'
import type { TemplateSpec } from '../../src/control-api.js'
import { job, newService, until } from '../service/stage.js'

const seen: unknown[] = []
const mail = job('mail', (payload) => void seen.push(payload))
const template = {
  name: 'welcome',
  job: { type: 'mail', payload: { to: '{{to}}', text: 'Hello {{name}}', n: '{{n}}' } },
  options: { priority: 'high' as const, metadata: { to: '{{to}}' }, dedupeKey: 'welcome-{{to}}' },
  parameters: {
    to: { type: 'string' as const },
    name: { type: 'string' as const, default: 'you' },
    n: { type: 'integer' as const, default: 1 },
  },
}
const by = (parameters: Readonly<Record<string, unknown>>): TemplateSpec => ({
  type: 'template',
  template: 'welcome',
  parameters,
})

test('a job by template is the job that the template says', async () => {
  const service = newService({ jobs: [mail] })
  await service.putTemplate(template)
  const { id } = await service.submitJob(by({ to: 'a@b.example', n: 2 }), { metadata: { own: true } })
  expect(await service.getJob(id)).toMatchObject({
    type: 'mail',
    payload: { to: 'a@b.example', text: 'Hello you', n: 2 },
    priority: 'high',
    metadata: { own: true },
    dedupeKey: 'welcome-a@b.example',
    template: { name: 'welcome', version: 1 },
  })
  expect(await service.submitJob(by({ to: 'a@b.example' }))).toMatchObject({ id, created: false })
  await service.start()
  await service.waitForJob(id)
  expect(seen).toContainEqual({ to: 'a@b.example', text: 'Hello you', n: 2 })
})

test('a job that the template makes is checked as any other', async () => {
  const service = newService({ jobs: [mail] })
  await service.putTemplate({
    name: 'page',
    job: { type: 'single_crawl', url: '{{url}}' },
    parameters: { url: { type: 'string' } },
  })
  const submit = (url: string): Promise<unknown> =>
    service.submitJob({ type: 'template', template: 'page', parameters: { url } })
  await expect(submit('http://169.254.169.254/')).rejects.toMatchObject({ code: 'URL_BLOCKED' })
  await expect(submit('file:///etc/passwd')).rejects.toMatchObject({ code: 'URL_SCHEME' })
  expect(await submit('https://example.com/')).toMatchObject({ created: true })
})

test('a template that makes jobs too large says so', async () => {
  const service = newService({ jobs: [mail], maxPayloadBytes: 1_000 })
  await service.putTemplate(template)
  await expect(service.submitJob(by({ to: 'x'.repeat(600), name: 'y'.repeat(390) }))).rejects.toMatchObject({
    code: 'TEMPLATE_PARAMETER_INVALID',
  })
})

test('a schedule keeps the version it was made with, or follows the newest', async () => {
  const service = newService({ jobs: [mail] })
  const { options: _, ...plain } = template
  await service.putTemplate(plain)
  const at = { everyMs: 31_536_000_000, overlap: 'allow' as const }
  const pinned = await service.addScheduledJob({ name: 'pinned', job: by({ to: 'p' }), ...at })
  const following = await service.addScheduledJob({
    name: 'following',
    job: { ...by({ to: 'f' }), version: 'latest' as const },
    ...at,
  })
  await service.putTemplate({
    ...plain,
    job: { type: 'mail', payload: { to: '{{to}}', text: 'Good bye {{name}}', n: '{{n}}' } },
  })
  const textOf = async (schedule: string): Promise<unknown> => {
    const { id } = await service.runScheduledJob(schedule)
    const job = await service.getJob(id)
    return (job?.payload as { text: string } | undefined)?.text
  }
  expect(await textOf(pinned.id)).toBe('Hello you')
  expect(await textOf(following.id)).toBe('Good bye you')
  await expect(service.removeTemplate('welcome')).rejects.toMatchObject({
    code: 'TEMPLATE_IN_USE',
    facts: { schedules: ['following'] },
  })
  await service.removeScheduledJob(following.id)
  await service.removeTemplate('welcome')
  expect(await textOf(pinned.id)).toBe('Hello you')
  await until(async () => (await service.listTemplates()).length === 0)
})
