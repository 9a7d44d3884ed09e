// Asks a route every 5 ms on connections of its own, until it is told to end, and says how long the answers took.
import { Agent, get } from 'node:http'
import { quantile } from '../table.mjs'

const port = Number(process.argv[2])
const agent = new Agent({ keepAlive: true })
const waits = []

const timer = setInterval(() => {
  const start = performance.now()
  get({ host: '127.0.0.1', port, agent }, (response) => {
    response.resume()
    response.once('end', () => waits.push(performance.now() - start))
  }).once('error', () => waits.push(Infinity))
}, 5)
process.send('ready')
process.once('message', () => {
  clearInterval(timer)
  process.send({ p99: quantile(waits, 0.99) })
  process.disconnect()
  agent.destroy()
})
