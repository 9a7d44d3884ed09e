/** Follows a job's progress on standard output: one live line in a terminal, plain lines elsewhere. */
export function showProgress(service, id) {
  const live = process.stdout.isTTY === true
  let shown = ''
  const off = service.on('job:progress', ({ jobId, progress }) => {
    if (jobId !== id) return
    const line = `  ${bar(progress.value)} ${String(Math.round(progress.value * 100)).padStart(3)} %  ${progress.note ?? ''}`
    if (live) process.stdout.write(`\r\u001b[K${line}`)
    else if (line !== shown) console.log(line)
    shown = line
  })
  return {
    end() {
      off()
      if (live) process.stdout.write('\n')
    },
  }
}

function bar(share) {
  const full = Math.round(share * 24)
  return '█'.repeat(full) + '░'.repeat(24 - full)
}
