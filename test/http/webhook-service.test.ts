import { describe, expect, test } from 'vitest'
import { AskedService, custom } from './asked-service.js'

const { ask } = new AskedService()
const url = 'https://hooks.example/in'
const canary = `whsec_${Buffer.from('canary-canary-canary-canary').toString('base64')}`

describe('webhooks', () => {
  test('tell a secret once, and never again', async () => {
    const added = await ask('POST', '/webhooks', { url, secret: canary, job_types: ['no-such-job'] })
    expect(added['secret']).toBe(canary)
    const path = `/webhooks/${String(added['id'])}`
    const shown = await ask('GET', path)
    const masked = String(shown['secret'])
    expect(masked).toBe(`whsec_****${canary.slice(-4)}`)
    const changed = await ask('PATCH', path, { secret: masked, description: 'mine', enabled: false })
    expect(changed).toMatchObject({ secret: masked, description: 'mine', enabled: false })
    const all = JSON.stringify([shown, changed, await ask('GET', '/webhooks'), await ask('GET', '/jobs')])
    expect(all).not.toContain(canary)
    const rotated = await ask('POST', `${path}/rotate-secret`, { keep_old_ms: 0 })
    expect(rotated['secret']).toMatch(/^whsec_[A-Za-z0-9+/]+=*$/)
    expect(rotated['secret']).not.toBe(canary)
    expect((await ask('GET', path))['secret']).toBe(`whsec_****${String(rotated['secret']).slice(-4)}`)
    expect(await ask('DELETE', path)).toEqual({ status: 204 })
    for (const [method, at, body] of [
      ['GET', path],
      ['PATCH', path, { enabled: true }],
      ['DELETE', path],
      ['POST', `${path}/rotate-secret`],
    ] as const) {
      expect(await ask(method, at, body)).toMatchObject({ status: 404, error: 'WEBHOOK_NOT_FOUND' })
    }
  })

  test.each([
    [{ url: 'ftp://a.example/' }, 'URL_SCHEME', '/url'],
    [{ url: 'http://127.0.0.1/' }, 'URL_BLOCKED', '/url'],
    [{ url: 'https://user:hunter2@a.example/' }, 'URL_CREDENTIALS', '/url'],
    [{ url, events: [] }, 'EVENTS_INVALID', '/events'],
    [{ url, events: ['*'] }, 'EVENTS_INVALID', '/events'],
    [{ url, job_types: [] }, 'RANGE', '/job_types'],
    [{ url, job_types: ['a b'] }, 'NAME_INVALID', '/job_types/0'],
    [{ url, job_types: ['riptide.webhook'] }, 'NAME_INVALID', '/job_types/0'],
    [{ url, enabled: 'yes' }, 'TYPE_MISMATCH', '/enabled'],
    [{ url, description: 'x'.repeat(201) }, 'RANGE', '/description'],
    [{ url, secret: 'hunter2' }, expect.any(String), '/secret'],
  ])('of %s are refused at %s', async (sent, error, path) => {
    const answer = await ask('POST', '/webhooks', sent)
    expect(answer).toMatchObject({ status: 422, error, path })
    expect(JSON.stringify(answer)).not.toContain('hunter2')
  })

  test('of one job are shown without their secret', async () => {
    const hidden = {
      job_type: custom('echo'),
      job_id: 'hooked',
      delay_ms: 60_000,
      webhook: { url, secret: canary },
    }
    const answers = [
      await ask('POST', '/jobs', hidden),
      await ask('GET', '/jobs/hooked'),
      await ask('GET', '/jobs'),
      await ask('GET', '/jobs/hooked/explain'),
    ]
    expect(answers[1]).toMatchObject({ webhook: { url } })
    expect(JSON.stringify(answers)).not.toContain(canary)
  })
})
