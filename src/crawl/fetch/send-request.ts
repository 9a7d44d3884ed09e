import type { Dispatcher } from 'undici'
import { wasStaleConnection } from './fetch-failure.js'
import type { GuardedDispatcher } from './guarded-dispatcher.js'
import { interimCounter } from './interim-responses.js'

/** Sends one request; once more where it went out on an old connection that the server gave up at that moment. */
export async function sendRequest(
  dispatcher: GuardedDispatcher,
  request: Parameters<GuardedDispatcher['request']>[0],
): Promise<Dispatcher.ResponseData> {
  try {
    return await dispatcher.request({ ...request, onInfo: interimCounter() })
  } catch (error) {
    if (request.signal.aborted || !wasStaleConnection(error)) throw error
    return await dispatcher.request({ ...request, onInfo: interimCounter() })
  }
}
