import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as errors from '../dist/esm/index.js'
import { clock } from '../dist/esm/core/clock.js'
import { answer, error, halfBody, hangUp, json, scripted, timeOut } from './socket.mjs'

const ID = 'L1oJX5jtSTjvjYv7'
const fine = json(200, { id: ID })

const passing = {
  'a connection closed after the request': hangUp,
  'half a body': halfBody,
  '429 without a body': answer(429),
  '429 of the API': error(429, 'too_many_attempts'),
  500: error(500, 'internal_error'),
  '502 in HTML': answer(502, '<html><body>Bad Gateway</body></html>', { 'content-type': 'text/html' }),
  '503 of the gateway': json(503, { message: 'Service Unavailable' }),
  504: answer(504, 'Gateway Timeout'),
}

for (const [name, bad] of Object.entries(passing)) {
  test(`every method is tried again after ${name}`, async (t) => {
    const answers = [bad, fine, bad, fine, bad, fine, bad, answer(204)]
    const { client, requests, waits } = await scripted(t, answers)
    assert.equal((await client.conversations.get(ID)).id, ID)
    assert.equal((await client.conversations.create({ contact_id: ID })).id, ID)
    assert.equal((await client.conversations.update(ID, { is_muted: true })).id, ID)
    assert.equal(await client.conversations.delete(ID), undefined)
    assert.deepEqual(requests.map(({ method }) => method).join(' '), 'GET GET POST POST PUT PUT DELETE DELETE')
    assert.equal(waits.length, 4)
    // The same request each time.
    for (let i = 0; i < requests.length; i += 2) {
      assert.deepEqual(requests[i + 1].body, requests[i].body)
      assert.deepEqual(requests[i + 1].headers, requests[i].headers)
    }
  })
}

test('a try that takes too long is followed by another', async (t) => {
  const { client, requests } = await scripted(t, [timeOut, fine])
  assert.equal((await client.conversations.get(ID)).id, ID)
  assert.equal(requests.length, 2)
})

for (const status of [400, 401, 403, 404, 405, 410, 413, 415, 422, 501, 505]) {
  test(`${status} is not tried again`, async (t) => {
    const { client, requests } = await scripted(t, [error(status, 'whatever', { 'retry-after': '1' }), fine])
    await assert.rejects(client.conversations.get(ID), { status })
    assert.equal(requests.length, 1)
  })
}

test('409 is tried again only when its code says that the key is in use', async (t) => {
  const { client, requests } = await scripted(t, [
    error(409, 'username_taken', { 'retry-after': '1' }),
    json(409, { message: 'Conflict' }),
    error(409, 'idempotency_key_in_use'),
    fine,
  ])
  await assert.rejects(client.conversations.create({ contact_id: ID }), { code: 'username_taken' })
  await assert.rejects(client.conversations.create({ contact_id: ID }), { status: 409, code: null })
  assert.equal((await client.conversations.create({ contact_id: ID })).id, ID)
  assert.equal(requests.length, 4)
})

test('two retries by default, as many as one says, and then the last error', async (t) => {
  const bad = Array(9).fill(error(503, 'service_unavailable'))
  const { client, requests, waits } = await scripted(t, bad)
  await assert.rejects(client.conversations.get(ID), errors.ServerError)
  assert.equal(requests.length, 3)
  await assert.rejects(client.conversations.get(ID, { maxRetries: 0 }), errors.ServerError)
  assert.equal(requests.length, 4)
  await assert.rejects(client.conversations.get(ID, { maxRetries: 4 }), errors.ServerError)
  assert.equal(requests.length, 9)
  assert.equal(waits.length, 2 + 0 + 4)
})

test('maxRetries of the client counts for all its calls', async (t) => {
  const { client, requests } = await scripted(t, [hangUp, fine], { maxRetries: 0 })
  await assert.rejects(client.conversations.get(ID), errors.ApiConnectionError)
  assert.equal(requests.length, 1)
})

test('pauses double from half a second to eight, with full jitter', async (t) => {
  const { client, waits } = await scripted(t, Array(14).fill(answer(503)), { maxRetries: 6 })
  await assert.rejects(client.conversations.get(ID))
  assert.deepEqual(waits, [500, 1000, 2000, 4000, 8000, 8000])
  waits.length = 0
  const parts = [0, 0.25, 0.5, 0, 1, 0.125]
  clock.random = () => parts.shift()
  await assert.rejects(client.conversations.get(ID))
  assert.deepEqual(waits, [0, 250, 1000, 0, 8000, 1000])
})

const now = Date.UTC(2030, 0, 1)
const retryAfter = {
  1: 1000,
  60: 60_000,
  1.5: 1500,
  [new Date(now + 30_000).toUTCString()]: 30_000,
  [new Date(now + 60_000).toUTCString()]: 60_000,
  [new Date(now - 30_000).toUTCString()]: 500,
  0: 500,
  '-5': 500,
  soon: 500,
  '': 500,
}
for (const [value, expected] of Object.entries(retryAfter)) {
  test(`Retry-After: ${value}`, async (t) => {
    const { client, waits } = await scripted(t, [error(503, 'service_unavailable', { 'retry-after': value }), fine])
    clock.now = () => now
    await client.conversations.get(ID)
    assert.deepEqual(waits, [expected])
  })
}

for (const value of ['61', '3600', new Date(now + 61_000).toUTCString()]) {
  test(`Retry-After: ${value} is too long to wait for`, async (t) => {
    const { client, requests, waits } = await scripted(t, [
      error(429, 'too_many_attempts', { 'retry-after': value }),
      fine,
    ])
    clock.now = () => now
    await assert.rejects(client.conversations.get(ID), (caught) => {
      assert.ok(caught instanceof errors.RateLimitError)
      assert.equal(caught.headers.get('retry-after'), value)
      return true
    })
    assert.equal(requests.length, 1)
    assert.deepEqual(waits, [])
  })
}

test('a POST has one key for all its tries, and the next call another', async (t) => {
  const { client, requests } = await scripted(t, [hangUp, answer(500), fine, fine])
  await client.conversations.create({ contact_id: ID })
  await client.conversations.create({ contact_id: ID })
  const keys = requests.map(({ headers }) => headers['idempotency-key'])
  assert.match(keys[0], /^[0-9a-f]{32}$/)
  assert.deepEqual(keys.slice(0, 3), Array(3).fill(keys[0]))
  assert.notEqual(keys[3], keys[0])
})

test('a POST has the key that the caller gives it', async (t) => {
  const { client, requests } = await scripted(t, [hangUp, fine])
  await client.conversations.create({ contact_id: ID }, { idempotencyKey: 'my-own-key' })
  assert.deepEqual(
    requests.map(({ headers }) => headers['idempotency-key']),
    ['my-own-key', 'my-own-key'],
  )
})

test('only a POST has a key', async (t) => {
  const { client, requests } = await scripted(t, [fine, fine, answer(204)])
  await client.conversations.get(ID, { idempotencyKey: 'k' })
  await client.conversations.update(ID, { is_muted: true })
  await client.conversations.delete(ID)
  assert.ok(requests.every(({ headers }) => !('idempotency-key' in headers)))
})

for (const [name, lost] of Object.entries({ 'no answer': hangUp, 'half an answer': rawHalf(), 503: answer(503) })) {
  test(`a DELETE that meets 404 after ${name} has succeeded`, async (t) => {
    const { client } = await scripted(t, [lost, error(404, 'resource_missing')])
    assert.equal(await client.conversations.delete(ID), undefined)
  })
}

test('a DELETE that meets 404 after a time-out has succeeded', async (t) => {
  const { client } = await scripted(t, [timeOut, error(404, 'resource_missing')])
  const { data, response } = await client.conversations.delete(ID).withResponse()
  assert.equal(data, undefined)
  assert.equal(response.status, 404)
})

test('a DELETE that meets 404 at once, after 429, or because the address is wrong, has failed', async (t) => {
  const missing = error(404, 'resource_missing')
  const { client } = await scripted(t, [
    missing,
    answer(429),
    missing,
    hangUp,
    error(404, 'route_missing'),
    hangUp,
    answer(404),
  ])
  for (let i = 0; i < 4; i++) await assert.rejects(client.conversations.delete(ID), errors.NotFoundError)
})

test('other methods that meet 404 after no answer have failed', async (t) => {
  const missing = error(404, 'resource_missing')
  const { client } = await scripted(t, [hangUp, missing, hangUp, missing, hangUp, missing])
  await assert.rejects(client.conversations.get(ID), errors.NotFoundError)
  await assert.rejects(client.conversations.update(ID, {}), errors.NotFoundError)
  await assert.rejects(client.conversations.markRead(ID), errors.NotFoundError)
})

function rawHalf() {
  return (socket) => socket.end('HTTP/1.1 204 No Con')
}
