import type { Dispatcher } from 'undici'
import { RiptideError } from '../../core/errors.js'
import { wasStaleConnection } from './fetch-failure.js'
import type { GuardedDispatcher } from './guarded-dispatcher.js'

/** Sends one request; once more where it went out on an old connection that the server gave up at that moment. */
export async function sendRequest(
  dispatcher: GuardedDispatcher,
  request: Parameters<GuardedDispatcher['request']>[0],
): Promise<Dispatcher.ResponseData> {
  try {
    return await dispatcher.request({ ...request, onInfo: atMostSomeHints() })
  } catch (error) {
    if (request.signal.aborted || !wasStaleConnection(error)) throw error
    return await dispatcher.request({ ...request, onInfo: atMostSomeHints() })
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** Servers that hint at what is to come (103), or that it takes long (102), do so a few times. */
const mostHints = 100

/** Any number may come before the response (RFC 9110, 15.2): without end they would keep this process busy for all of a page's time. */
function atMostSomeHints(): () => void {
  let hints = 0
  return () => {
    if (++hints > mostHints)
      throw new RiptideError('FETCH_FAILED', `the server sent more than ${mostHints} responses that are none`)
  }
}
