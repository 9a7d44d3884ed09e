import { expect, test } from 'vitest'
import { dangerOf, isNetworkPath, mountOf } from '../../../src/drivers/sqlite/file-system.js'

const mountinfo = `
22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard
30 27 0:40 / /data rw,relatime shared:2 master:3 - nfs4 host:/export rw,vers=4.2
31 30 0:41 / /data/local rw - xfs /dev/vdb rw
32 27 0:42 / /mnt/a\\040b rw - fuse.sshfs user@host: rw
33 27 0:43 / /twice rw - cifs //host/share rw
34 27 0:44 / /twice rw - tmpfs tmpfs rw
`

test.each([
  ['/jobs.db', 'ext4'],
  ['/data', 'nfs4'],
  ['/data/x/y', 'nfs4'],
  ['/database', 'ext4'],
  ['/data/local/x', 'xfs'],
  ['/mnt/a b/x', 'fuse.sshfs'],
  ['/proc/self', 'proc'],
  ['/twice/x', 'tmpfs'],
])('%s lies in %s', (path, type) => {
  expect(mountOf(path, mountinfo)?.type).toBe(type)
})

test('nothing is said of what is not told', () => {
  expect(mountOf('/jobs.db', '')).toBeUndefined()
  expect(mountOf('/jobs.db', 'not what was expected\n')).toBeUndefined()
})

test.each([
  'nfs',
  'nfs4',
  'cifs',
  'smb3',
  'fuse.sshfs',
  'ceph',
  'fuse.glusterfs',
  'fuse.s3fs',
  'vboxsf',
  'proc',
])('a database in %s is in danger', (type) => {
  expect(dangerOf(type)).toMatch(/^it/)
})

test.each([
  'ext4',
  'xfs',
  'btrfs',
  'zfs',
  'f2fs',
  'tmpfs',
  'overlay',
  'fuseblk',
  'fuse.mergerfs',
  'virtiofs',
  'apfs',
])('a database in %s is not', (type) => {
  expect(dangerOf(type)).toBeUndefined()
})

test.each([
  ['\\\\server\\share\\jobs.db', true],
  ['\\\\?\\UNC\\server\\share\\jobs.db', true],
  ['\\\\?\\C:\\jobs.db', false],
  ['C:\\jobs.db', false],
])('%s is on another machine: %s', (path, answer) => {
  expect(isNetworkPath(path)).toBe(answer)
})
