import { setFlagsFromString } from 'node:v8'

// A large migration would have three times the memory that it needs before V8 begins to clean up.
setFlagsFromString('--heap-growing-percent=10')

// The launcher has set these for this process: a service that an event restarts would keep them.
delete process.env.MALLOC_ARENA_MAX
delete process.env.MALLOC_MMAP_THRESHOLD_

// A linked action is one of the many processes of its event: it is a bundle of its own, which Node
// reads in a fraction of the time that the whole command takes.
const bundle = process.argv[2] === 'run-action' ? './linked-action.mjs' : './command.mjs'
await import(new URL(bundle, import.meta.url).href)
