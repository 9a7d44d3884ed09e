import fastq from 'fastq'
import { measure } from './measure.mjs'

await measure({
  async filled(n) {
    const queue = make()
    queue.pause()
    const pushed = push(queue, n)
    return {
      go() {
        queue.resume()
        return pushed
      },
    }
  },
  async submitted(n) {
    const queue = make()
    return { go: () => push(queue, n) }
  },
})

function make() {
  return fastq.promise(async () => null, 100)
}

function push(queue, n) {
  return new Promise((resolve) => {
    let left = n
    const done = () => {
      if (--left === 0) resolve()
    }
    for (let i = 0; i < n; i++) void queue.push({ i }).then(done)
  })
}
