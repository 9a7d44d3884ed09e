import { rankOf } from '../../core/priority.js'
import type {
  CancelRequest,
  ControlAnswer,
  ControlRequest,
  DiscardAnswer,
  ReprioritiseRequest,
} from '../../core/queue-adapter.js'
import { controlAnswer, discardAnswer } from './control-words.js'
import { nameOf, wordOf, wordOrNull } from './names.js'
import type { Runner } from './script.js'
import { scripts } from './scripts.js'

/** What a person does to jobs, one at a time, and to types. */
export class Control {
  readonly #run: Runner['run']
  readonly #cluster: Runner['cluster']

  constructor({ run, cluster }: Runner) {
    this.#run = run
    this.#cluster = cluster
  }

  async cancel({ id, token, reason }: CancelRequest): Promise<ControlAnswer> {
    const args = [this.#cluster(), nameOf(id), nameOf(token), reason === null ? '0' : '1', wordOrNull(reason)]
    return controlAnswer(id, await this.#run(scripts.cancel, args))
  }

  async retry({ id, token }: ControlRequest): Promise<ControlAnswer> {
    return controlAnswer(id, await this.#run(scripts.retry, [this.#cluster(), nameOf(id), nameOf(token)]))
  }

  async reprioritise({ id, token, priority }: ReprioritiseRequest): Promise<ControlAnswer> {
    const args = [this.#cluster(), nameOf(id), nameOf(token), String(rankOf(priority))]
    return controlAnswer(id, await this.#run(scripts.reprioritise, args))
  }

  async discard({ id }: ControlRequest): Promise<DiscardAnswer> {
    return discardAnswer(String(await this.#run(scripts.discard, [this.#cluster(), nameOf(id)])))
  }

  async pause(type: string | null): Promise<void> {
    await this.#run(scripts.pause, [pauseWord(type)])
  }

  async resume(type: string | null): Promise<void> {
    await this.#run(scripts.resume, [this.#cluster(), pauseWord(type)])
  }
}

// -------------------------------------------------------------------------------------------------------------------

function pauseWord(type: string | null): string {
  return type === null ? 'q' : `t${wordOf(type)}`
}
