import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { escapeControls } from '../files/bytes.js'
import { failed, passed, type Means, type Tried } from './trial.js'

/** The front page of one virtual host. A page that is closed, or moved elsewhere, is an answer. */
export async function tryWeb(name: string, { places, signal }: Means): Promise<Tried> {
  const { host, http: port } = places
  // Loaded here: it would cost every command a part of its start-up, and memory.
  const http = await import('node:http')
  const request = http.get({ host, port, path: '/', headers: { Host: name }, agent: false })
  try {
    const [response] = (await once(request, 'response', { signal })) as unknown[]
    if (!(response instanceof http.IncomingMessage)) throw new Error('no answer of HTTP')
    return judge(name, response)
  } finally {
    // The head says enough; that the rest is cut off is no error.
    request.on('error', () => undefined)
    request.destroy()
  }
}

function judge(name: string, { statusCode = 0, statusMessage = '', headers }: IncomingMessage) {
  const to = headers.location === undefined ? '' : `, see ${headers.location}`
  const answer = escapeControls(`${name} answers ${statusCode} ${statusMessage}${to}`.trim())
  return statusCode >= 200 && statusCode < 500
    ? passed(answer)
    : failed(
        answer,
        `Look for the reason in /var/log/httpd/error_log, then try curl -sI -H 'Host: ${name}' http://localhost/`,
      )
}
