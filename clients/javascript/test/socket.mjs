// A server on a bare socket, for answers that no good server gives: a test says, byte by byte, what each request meets.
import net from 'node:net'
import ApiClient from '../dist/esm/index.js'
import { clock } from '../dist/esm/core/clock.js'

const real = { ...clock }
const timers = new Set()

/** Lets the time of everything that is waited for run out. */
export const runOut = () => timers.forEach(({ over }) => over())

export const TOKEN = 'ptc_L1raKAxEGpqUeDGxuRzxSecretSecretSecretSecret123456'

/** An answer with a body. `headers` stand in place of those that belong to it. */
export function answer(status, body = '', headers = {}) {
  const all = { 'content-length': Buffer.byteLength(body), ...headers }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return (socket) => socket.write(`HTTP/1.1 ${status} Whatever\r\n${lines.join('')}\r\n${body}`)
}

export function json(status, value, headers = {}) {
  return answer(status, JSON.stringify(value), {
    'content-type': 'application/json',
    'x-request-id': 'req',
    ...headers,
  })
}

export function error(status, code, headers = {}) {
  const type = status < 500 ? 'invalid_request' : 'api_error'
  const body = {
    type,
    code,
    message: `It is ${code}.`,
    param: null,
    documentation_url: `http://x/docs#${code}`,
    request_id: 'req',
  }
  return json(status, body, headers)
}

export const silence = () => {}
/** Lets the time of the try run out as soon as the request is here. */
export const timeOut = () => runOut()
export const hangUp = (socket) => socket.destroy()
export const rawAnswer = (text) => (socket) => socket.write(text)
/** A part of a body, and then the end of the connection. */
export const halfBody = (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"id":')

/** Takes the requests apart that come over one connection. */
function* requestsIn(state) {
  for (;;) {
    const end = state.buffer.indexOf('\r\n\r\n')
    if (end < 0) return
    const [first, ...lines] = state.buffer.subarray(0, end).toString('latin1').split('\r\n')
    const headers = Object.fromEntries(
      lines.map((line) => line.split(/: (.*)/s, 2)).map(([n, v]) => [n.toLowerCase(), v]),
    )
    const length = Number(headers['content-length'] ?? 0)
    if (state.buffer.length < end + 4 + length) return
    const [method, path] = first.split(' ')
    const body = state.buffer.subarray(end + 4, end + 4 + length)
    state.buffer = state.buffer.subarray(end + 4 + length)
    yield {
      method,
      path,
      headers,
      body,
      get json() {
        return JSON.parse(body.toString())
      },
    }
  }
}

/** Serves the answers one after the other, one for each request, and remembers the requests. */
export async function serve(t, answers) {
  const requests = []
  const sockets = new Set()
  const rest = [...answers]
  const server = net.createServer((socket) => {
    const state = { buffer: Buffer.alloc(0) }
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', (data) => {
      state.buffer = Buffer.concat([state.buffer, data])
      for (const request of requestsIn(state)) {
        requests.push(request)
        const next = rest.shift() ?? answer(599, 'no further request was expected')
        next(socket, request)
      }
    })
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    sockets.forEach((socket) => socket.destroy())
    server.close()
  })
  return { requests, url: `http://127.0.0.1:${server.address().port}`, left: () => rest.length }
}

/**
 * A client of such a server. It does not wait, but writes down how long it would have; and no time runs out before a
 * test says so, however slow the machine is.
 */
export async function scripted(t, answers, options = {}) {
  const waits = []
  const timeouts = []
  timers.clear()
  clock.sleep = async (milliseconds) => void waits.push(milliseconds)
  clock.random = () => 1
  clock.timer = (milliseconds, over) => {
    const timer = { over }
    timers.add(timer)
    timeouts.push(milliseconds)
    return () => timers.delete(timer)
  }
  // Not by mocks, of which two in one test would leave one behind.
  t.after(() => Object.assign(clock, real))
  const server = await serve(t, answers)
  const client = new ApiClient(TOKEN, { baseUrl: server.url, ...options })
  return { ...server, client, waits, timeouts }
}

export const page = (data, next_cursor = null, has_more = next_cursor !== null) =>
  json(200, { has_more, data, next_cursor })
