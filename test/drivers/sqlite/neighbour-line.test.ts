import { type Server, type Socket, connect, createServer } from 'node:net'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { Line } from '../../../src/drivers/sqlite/neighbour-line.js'
import type { Words } from '../../../src/drivers/sqlite/neighbour-words.js'
import { tempDirectory } from './drivers-here.js'
import { until } from './neighbour-stage.js'

let line: Line
/** The other end. */
let socket: Socket
let heard: Words[]
let closings: number

beforeEach(async () => {
  const path = join(tempDirectory(), 'line.sock')
  heard = []
  closings = 0
  const server = createServer()
  const called = new Promise<Socket>((resolve) => server.on('connection', resolve))
  await listening(server, path)
  line = new Line(connect({ path }), {
    onWords: (words) => heard.push(words),
    onClosed: () => closings++,
  })
  socket = await called
  onTestFinished(() => {
    line.cut()
    socket.destroy()
    server.close()
  })
})

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve) => server.listen(path, resolve))
}

test('words are heard whole, however they come, and in their order', async () => {
  const first = `${JSON.stringify({ kind: 'stops', instance: 'ä€😀' })}\n`
  const bytes = Buffer.from(first + JSON.stringify({ kind: 'schedules' }))
  for (const byte of bytes) {
    socket.write(Buffer.from([byte]))
    await new Promise((resolve) => setImmediate(resolve))
  }
  await until('the first words', () => heard.length > 0)
  expect(heard).toEqual([{ kind: 'stops', instance: 'ä€😀' }])
  socket.write('\n')
  await until('the last words', () => heard.length > 1)
  expect(heard[1]).toEqual({ kind: 'schedules' })
})

test('what is said in one turn comes together, and all of it before the end', async () => {
  const chunks: string[] = []
  socket.setEncoding('utf8').on('data', (text: string) => chunks.push(text))
  line.say({ kind: 'schedules' })
  line.say({ kind: 'bye' })
  line.end()
  line.say({ kind: 'heard' })
  await until('the end', () => socket.readableEnded)
  expect(chunks).toEqual(['{"kind":"schedules"}\n{"kind":"bye"}\n'])
  await until('word of the end', () => closings > 0)
})

test('nothing is heard behind words that cannot be read', async () => {
  socket.write('{"kind":"schedules"}\nrubbish\n{"kind":"bye"}\n')
  await until('the end', () => closings > 0)
  expect(heard).toEqual([{ kind: 'schedules' }])
})

test('a neighbour that does not read is given up before much is kept for it', async () => {
  const job = { id: 'x'.repeat(1000), type: 't', status: 'completed' } as const
  let said = 0
  while (closings === 0 && said < 100) {
    line.say({ kind: 'ended', jobs: Array.from({ length: 256 }, () => job) })
    said++
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(closings).toBe(1)
  // 4 MB and what the system keeps.
  expect(said).toBeLessThan(40)
})
