import { execFile, spawn } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'

const folder = new URL('../../examples/', import.meta.url)
const run = promisify(execFile)

/** What an example says that it prints: the comment at its end. */
function promised(source: string): string {
  const block = source.split('\n// prints:\n')[1] ?? ''
  return block.replace(/^\/\/ ?/gm, '').trim()
}

describe('each example prints what it says', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.js'))

  test.each(files)('%s', async (name) => {
    const source = readFileSync(new URL(name, folder), 'utf8')
    const { stdout } = await run(process.execPath, [new URL(name, folder).pathname], { timeout: 30_000 })
    expect(promised(source)).not.toBe('')
    expect(stdout.trim()).toBe(promised(source))
  })

  test('server/main.js crawls its own site, shows progress and a table, and ends with --once', async () => {
    const { stdout } = await run(process.execPath, [new URL('server/main.js', folder).pathname, '--once'], {
      timeout: 30_000,
      env: { ...process.env, PORT: '0' },
    })
    expect(stdout).toMatch(/Worker routes on http:\/\/127\.0\.0\.1:\d+\/workers/)
    expect(stdout).toMatch(/100 %/)
    expect(stdout).toMatch(/200 +\d+ +How the tides work/)
    expect(stdout).toMatch(/4 of 4 pages read, 0 failed/)
  })

  test('server/main.js opens its own site alone: other urls on this machine are refused without --allow-private', async () => {
    const server = spawn(process.execPath, [new URL('server/main.js', folder).pathname], {
      env: { ...process.env, PORT: '0' },
    })
    try {
      const routes = await new Promise<string>((resolve, reject) => {
        let printed = ''
        server.once('exit', () => reject(new Error(`it ended: ${printed}`)))
        server.stdout.on('data', (chunk: Buffer) => {
          printed += chunk.toString()
          const found = /Worker routes on (\S+)/.exec(printed)?.[1]
          if (found !== undefined) resolve(found)
        })
      })
      const body = JSON.stringify({ job_type: { type: 'single_crawl', url: routes } })
      const response = await fetch(`${routes}/jobs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      })
      expect([response.status, ((await response.json()) as { error: string }).error]).toEqual([
        422,
        'URL_BLOCKED',
      ])
    } finally {
      server.kill('SIGTERM')
    }
  }, 30_000)
})
