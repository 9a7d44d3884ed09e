import type { ResolvedOptions } from '../options.js'

export type ConnectionOptions = Pick<
  ResolvedOptions,
  'queue' | 'storage' | 'foreignStorage' | 'logger' | 'clockForStores'
>

/** The adapters of one service, open. */
export interface Connection {
  close(): Promise<void>
}

/** Opens the queue, and the storage if it is not the queue's own; when one of them fails nothing stays open. */
export async function connect(options: ConnectionOptions): Promise<Connection> {
  const { queue, storage, foreignStorage, logger, clockForStores: clock } = options
  const closings: (() => unknown)[] = []
  const close = async (): Promise<void> => {
    await Promise.all(closings.splice(0).map((one) => Promise.resolve().then(one)))
  }
  try {
    await queue.open({ logger, clock })
    closings.push(() => queue.close())
    if (foreignStorage) {
      await storage.open?.({ logger, clock })
      closings.push(() => storage.close?.())
    }
    return { close }
  } catch (thrown) {
    await close().catch((error: unknown) => logger.warn('closing an adapter failed', { error }))
    throw thrown
  }
}
