import PQueue from 'p-queue'
import { measure } from './measure.mjs'

await measure({
  async filled(n) {
    const queue = new PQueue({ concurrency: 100, autoStart: false })
    const added = add(queue, n)
    return {
      go() {
        queue.start()
        return added
      },
    }
  },
  async submitted(n) {
    const queue = new PQueue({ concurrency: 100 })
    return { go: () => add(queue, n) }
  },
})

function add(queue, n) {
  return new Promise((resolve) => {
    let left = n
    const done = () => {
      if (--left === 0) resolve()
    }
    for (let i = 0; i < n; i++) void queue.add(async () => i).then(done)
  })
}
