// Loaded with `node --require` before the command: writes down the most memory that it had, in kB.
const fs = require('node:fs')
process.on('exit', () => {
  const [, peak = ''] = /VmHWM:\s+(\d+)/.exec(fs.readFileSync('/proc/self/status', 'utf8')) ?? []
  fs.writeFileSync(process.env.PEAK_MEMORY_FILE ?? '', peak)
})
