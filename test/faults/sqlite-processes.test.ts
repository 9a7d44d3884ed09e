import { describeOn, nodeForSharing } from '../nodes/other-node.js'
import { Fleet } from './fleet.js'
import { survivesFaults } from './processes-suite.js'
import { sqliteStore } from './sqlite-store.js'

describeOn(nodeForSharing())('a fleet of processes on one file', () => {
  survivesFaults({
    newFleet: (options) => new Fleet({ store: sqliteStore(), ...options }),
    rerun: { leaseMs: 15_000, within: 'a second', withinMs: 1000 },
  })
})
