/** What holds a directory: the type as Linux names it, such as `ext4`, `nfs4` or `fuse.sshfs`, and where it begins. */
export interface Mount {
  readonly type: string
  readonly at: string
}

/** The mount that a path, absolute and without links, lies in, by the text of `/proc/self/mountinfo`. */
export function mountOf(path: string, mountinfo: string): Mount | undefined {
  let found: Mount | undefined
  for (const line of mountinfo.split('\n')) {
    const [, at, type] = /^\d+ \d+ \S+ \S+ (\S+) .*? - (\S+) /.exec(line) ?? []
    if (at === undefined || type === undefined) continue
    const mount = { type, at: unescaped(at) }
    // Of two at the same place the later one covers the earlier.
    if (lies(path, mount.at) && mount.at.length >= (found?.at.length ?? 0)) found = mount
  }
  return found
}

/** Why a database must not lie in a file system of this type, or undefined when nothing is known against it. */
export function dangerOf(type: string): string | undefined {
  const name = type.replace(/^fuse\./, '')
  return dangers.find(({ types }) => types.includes(name))?.why
}

/** Whether a path without links is one of Windows' for a file on another machine. */
export function isNetworkPath(path: string): boolean {
  return /^\\\\(?![.?]\\)|^\\\\\?\\UNC\\/i.test(path)
}

// -------------------------------------------------------------------------------------------------------------------

/**
 * The log needs memory that is shared by all who have the file open, and locks that hold. Among several hosts there is no
 * such memory; in the folder that a virtual machine shares with its host, and over a store of objects, neither. What is not
 * named here may do: overlayfs, tmpfs, and any FUSE that stores locally. One that cannot map shared memory is found out
 * when WAL is set.
 */
const dangers: readonly { readonly why: string; readonly types: readonly string[] }[] = [
  {
    why: 'it is a network file system, where SQLite cannot keep several processes apart',
    types: [
      'nfs',
      'nfs4',
      'cifs',
      'smb2',
      'smb3',
      'smbfs',
      'ncpfs',
      'afs',
      'coda',
      'davfs',
      'sshfs',
      'curlftpfs',
    ],
  },
  {
    why: 'it is a cluster file system, whose hosts share no memory',
    types: [
      'ceph',
      'ceph-fuse',
      'gfs2',
      'ocfs2',
      'lustre',
      'gpfs',
      'beegfs',
      'pvfs2',
      'glusterfs',
      'moosefs',
      'mfs',
      'juicefs',
    ],
  },
  {
    why: 'it keeps its files in a store of objects, where a part of a file cannot be written',
    types: ['s3fs', 'mountpoint-s3', 'gcsfuse', 'goofys', 'geesefs', 'blobfuse', 'blobfuse2', 'rclone'],
  },
  {
    why: 'it is a folder shared with the host of this virtual machine, and has no memory that is shared',
    types: ['vboxsf', 'prl_fs', 'vmhgfs', 'vmhgfs-fuse'],
  },
  {
    why: 'its files are made by the kernel',
    types: [
      'proc',
      'sysfs',
      'cgroup',
      'cgroup2',
      'devpts',
      'debugfs',
      'tracefs',
      'securityfs',
      'configfs',
      'bpf',
      'pstore',
      'efivarfs',
      'mqueue',
    ],
  },
]

function lies(path: string, below: string): boolean {
  return path === below || path.startsWith(below.endsWith('/') ? below : `${below}/`)
}

/** Blanks and the like stand as three octal digits. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
}
