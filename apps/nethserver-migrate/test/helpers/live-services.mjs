// Serves the web and SMTP on the ports that every host has them on, and runs a command beside that:
// its exit status is that of the command, 127 where there is no network to serve on.
import { spawnSync, spawn } from 'node:child_process'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'

const [program = '', ...args] = process.argv.slice(2)

if (spawnSync('ip', ['link', 'set', 'lo', 'up']).status !== 0) process.exit(127)

const web = createHttpServer((_request, response) => {
  // More than one buffer: who reads only the head has to hang up.
  response.end('a page'.repeat(1_000_000))
})
const mail = createServer((socket) => {
  socket.on('error', () => undefined)
  socket.write('220 ns.newserver.test ESMTP\r\n')
  socket.on('data', (bytes) => {
    if (bytes.includes('EHLO')) socket.write('250-ns.newserver.test\r\n250 8BITMIME\r\n')
  })
})

web.listen(80, '127.0.0.1', () => {
  mail.listen(25, '127.0.0.1', () => {
    spawn(program, args, { stdio: 'inherit' }).on('close', (status) => process.exit(status ?? 1))
  })
})
