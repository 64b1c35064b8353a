// Time-outs, and calls that the caller ends.
import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import ApiClient, { ApiClientError, ApiConnectionError, ApiTimeoutError } from '../dist/esm/index.js'
import { clock } from '../dist/esm/core/clock.js'
import { answer, hangUp, json, runOut, scripted, serve, silence, timeOut, TOKEN } from './socket.mjs'

const ID = 'L1oJX5jtSTjvjYv7'
const once = { maxRetries: 0 }

const head = 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n'
/** As `fetch`, but when the head is here the time runs out: in the middle of the body. */
const fetchHead = async (url, init) => {
  const response = await globalThis.fetch(url, init)
  setImmediate(runOut)
  return response
}

for (const [name, bad, options] of [
  ['no answer', timeOut],
  ['half a head', (socket) => (socket.write('HTTP/1.1 200 OK\r\ncont'), timeOut())],
  ['a head without its body', (socket) => socket.write(head), { fetch: fetchHead }],
  ['half a body', (socket) => socket.write(`${head}12345`), { fetch: fetchHead }],
]) {
  test(`the time-out counts for ${name}`, async (t) => {
    const { client } = await scripted(t, [bad], { ...once, ...options })
    await assert.rejects(client.conversations.get(ID), (caught) => {
      assert.equal(caught.constructor, ApiTimeoutError)
      assert.ok(caught instanceof ApiClientError && !(caught instanceof ApiConnectionError))
      assert.match(caught.message, /^GET http:.* was not answered in full within 60000 ms$/)
      return true
    })
  })
}

test('the time runs by itself', async (t) => {
  const { url } = await serve(t, [silence])
  const client = new ApiClient(TOKEN, { baseUrl: url, maxRetries: 0, timeout: 20 })
  await assert.rejects(client.conversations.get(ID), ApiTimeoutError)
})

test('the time-out counts for each try, and each has a signal of its own', async (t) => {
  const signals = []
  const fetch = (url, init) => (signals.push(init.signal), globalThis.fetch(url, init))
  const { client, requests } = await scripted(t, [timeOut, timeOut, json(200, { id: ID })], { fetch })
  assert.equal((await client.conversations.get(ID)).id, ID)
  assert.equal(requests.length, 3)
  assert.equal(new Set(signals).size, 3)
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [true, true, false],
  )
})

test('the time-out holds when `fetch` does not mind its signal', async (t) => {
  const fetch = () => (setImmediate(runOut), new Promise(() => {}))
  const { client } = await scripted(t, [], { ...once, fetch })
  await assert.rejects(client.conversations.get(ID), ApiTimeoutError)
})

test('a time-out without end is possible', async (t) => {
  const { timer } = clock
  const { client, timeouts } = await scripted(t, [json(200, { id: ID })], { timeout: Infinity })
  assert.equal((await client.conversations.get(ID)).id, ID)
  assert.deepEqual(timeouts, [Infinity])
  // The longest that timers can: beyond, they end at once.
  const { mock } = t.mock.method(globalThis, 'setTimeout', () => undefined)
  for (const time of [Infinity, 2 ** 31 - 1 + 64_000, 5]) timer(time, () => {})
  assert.deepEqual(
    mock.calls.map(({ arguments: [, time] }) => time),
    [2 ** 31 - 1, 2 ** 31 - 1, 5],
  )
})

test('what the caller aborts throws the reason as it is, and is not tried again', async (t) => {
  for (const reason of [undefined, new Error('enough'), 'text', new ApiConnectionError('of the caller')]) {
    const controller = new AbortController()
    const { client, requests } = await scripted(t, [() => controller.abort(reason), json(200, {})])
    const caught = await client.conversations.get(ID, { signal: controller.signal }).catch((error) => error)
    assert.equal(caught, controller.signal.reason)
    if (reason === undefined) assert.equal(caught.name, 'AbortError')
    assert.equal(requests.length, 1)
  }
})

test('an aborted signal sends nothing', async (t) => {
  const { client, requests } = await scripted(t, [json(200, {})])
  await assert.rejects(client.conversations.get(ID, { signal: AbortSignal.abort() }), { name: 'AbortError' })
  assert.equal(requests.length, 0)
})

test('the caller ends a body that comes slowly', async (t) => {
  const controller = new AbortController()
  const fetch = async (url, init) => {
    const response = await globalThis.fetch(url, init)
    setImmediate(() => controller.abort())
    return response
  }
  const { client } = await scripted(t, [(socket) => socket.write(`${head}12345`)], { fetch })
  await assert.rejects(client.conversations.get(ID, { signal: controller.signal }), { name: 'AbortError' })
})

test('the caller ends a pause', async (t) => {
  const controller = new AbortController()
  const { url, requests } = await serve(t, [answer(503, '', { 'retry-after': '60' }), json(200, {})])
  const sleep = clock.sleep
  t.mock.method(clock, 'sleep', (...given) => {
    setImmediate(() => controller.abort())
    return sleep(...given)
  })
  const client = new ApiClient(TOKEN, { baseUrl: url })
  await assert.rejects(client.conversations.get(ID, { signal: controller.signal }), { name: 'AbortError' })
  assert.equal(requests.length, 1)
})

test('a signal that lives longer than its calls keeps nothing of them', async (t) => {
  const { signal } = new AbortController()
  const { client } = await scripted(t, [hangUp, json(200, {}), timeOut])
  await client.conversations.get(ID, { signal })
  await assert.rejects(client.conversations.get(ID, { signal, maxRetries: 0 }), ApiTimeoutError)
  assert.equal(getEventListeners(signal, 'abort').length, 0)
})

test('pauses last as long as they should, and keep nothing of the signal', async (t) => {
  const { signal } = new AbortController()
  const { timer } = clock
  t.after(() => (clock.timer = timer))
  let timeout
  clock.timer = (milliseconds, over) => ((timeout = milliseconds), timer(0, over))
  await clock.sleep(500, signal)
  assert.equal(timeout, 500)
  assert.equal(getEventListeners(signal, 'abort').length, 0)
})

test('many calls may share a signal: it has one listener, and none when they are over', async (t) => {
  const controller = new AbortController()
  const { signal } = controller
  const { client } = await scripted(t, [...Array(30).fill(json(200, { id: ID })), ...Array(3).fill(silence)])
  const warned = []
  const warn = (warning) => warned.push(warning.name)
  process.on('warning', warn)
  t.after(() => process.off('warning', warn))
  const calls = Array.from({ length: 30 }, () => client.conversations.get(ID, { signal }))
  assert.equal(getEventListeners(signal, 'abort').length, 1)
  await Promise.all(calls)
  assert.equal(getEventListeners(signal, 'abort').length, 0)
  const ended = Array.from({ length: 3 }, () => client.conversations.get(ID, { signal }))
  controller.abort()
  for (const call of ended) await assert.rejects(call, { name: 'AbortError' })
  assert.deepEqual(warned, [])
})

test('hooks are within the time-out and the signal', async (t) => {
  let hooked = 0
  const stuck = () => (hooked++, new Promise(() => {}))
  const before = await scripted(t, [], { onRequest: stuck, ...once })
  await assert.rejects(before.client.conversations.get(ID, { signal: AbortSignal.abort() }), { name: 'AbortError' })
  assert.equal(hooked, 0)
  const late = before.client.conversations.get(ID)
  setImmediate(runOut)
  await assert.rejects(late, ApiTimeoutError)
  for (const hook of ['onRequest', 'onResponse']) {
    const controller = new AbortController()
    const abort = () => (setImmediate(() => controller.abort()), stuck())
    const { client, requests } = await scripted(t, [json(200, { id: ID })], { [hook]: abort })
    await assert.rejects(client.conversations.get(ID, { signal: controller.signal }), { name: 'AbortError' })
    assert.equal(requests.length, hook === 'onRequest' ? 0 : 1)
  }
})
