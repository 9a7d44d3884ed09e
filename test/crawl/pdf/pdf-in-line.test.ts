import { afterEach, expect, test } from 'vitest'
import { type Deferred, deferred } from '../../../src/core/abort.js'
import { oddThread } from '../reading/reading-stage.js'
import { pdfFile } from './pdf-file.js'
import { type PdfStage, pdfStage } from './pdf-stage.js'

const stages: PdfStage[] = []
const asData = (text: string): { pdfData: string } => ({ pdfData: pdfFile([text]).toString('base64') })

afterEach(async () => {
  await Promise.all(stages.splice(0).map((stage) => stage.close()))
})

/** Jobs of which the first holds the only thread until it is cancelled. */
async function busyStage(maxBufferedBytes: number | undefined) {
  const stage = pdfStage({ threadUrl: oddThread, maxBufferedBytes })
  stages.push(stage)
  const holder = new AbortController()
  const received: Deferred<void> = deferred()
  const ctx = { signal: holder.signal, progress: () => received.resolve() }
  const holding = stage.run(asData('hangs'), ctx)
  holding.catch(() => undefined)
  await received.promise
  return { stage, holding, cancelHolder: () => holder.abort(new Error('enough')) }
}

/** Long enough for a job that has nothing to load to get as far as it can. */
async function someTurns(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
}

// With room for all, and with room for the first alone.
test.each([[undefined], [100]])(
  'a PDF that is cancelled while it waits for the thread ends at once (room: %j)',
  async (room) => {
    const { stage, holding, cancelHolder } = await busyStage(room)
    const cancelled = new AbortController()
    const waiting = stage.run(asData('waits'), { signal: cancelled.signal })
    const next = stage.run(asData('next'))
    next.catch(() => undefined)
    await someTurns()
    cancelled.abort(new Error('not wanted'))
    await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' })
    cancelHolder()
    await expect(holding).rejects.toMatchObject({ code: 'ABORTED' })
    // What the odd thread answers to a PDF that it does not hang on.
    await expect(next).rejects.toMatchObject({ code: 'NOT_SUPPORTED' })
  },
)
