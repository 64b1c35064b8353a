// The token is nowhere that it could be read by accident.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { format, inspect } from 'node:util'
import * as errors from '../dist/esm/index.js'
import { answer, hangUp, json, scripted, timeOut, TOKEN } from './socket.mjs'

const ID = 'L1oJX5jtSTjvjYv7'

/** All that a dump could show of something. */
function dump(value) {
  const seen = new Set()
  const texts = [inspect(value, { depth: Infinity, showHidden: true }), format('%o %O %s', value, value, value)]
  const walk = (thing) => {
    const isObject = (typeof thing === 'object' && thing !== null) || typeof thing === 'function'
    if (!isObject) return void texts.push(String(thing))
    if (seen.has(thing)) return
    seen.add(thing)
    if (thing instanceof Headers) texts.push(JSON.stringify([...thing]))
    for (const key of Reflect.ownKeys(thing)) {
      texts.push(String(key))
      walk(Object.getOwnPropertyDescriptor(thing, key).value)
    }
  }
  walk(value)
  try {
    texts.push(JSON.stringify(value) ?? '')
  } catch {
    // It has circles; it was walked.
  }
  return texts.join('\n')
}

function assertHidden(value) {
  assert.ok(!dump(value).includes(TOKEN.slice(0, 30)), 'the token shows')
}

test('not in the client, its resources, calls and lists', async (t) => {
  const { client } = await scripted(t, [json(200, { id: ID })])
  assertHidden(client)
  assertHidden(client.conversations)
  assertHidden(client.attachments)
  assertHidden(client.conversations.list())
  const call = client.conversations.get(ID)
  assertHidden(call)
  assertHidden(await call.withResponse())
  assert.ok(dump({ a: { b: new Error(TOKEN) } }).includes(TOKEN), 'the dump shows nothing')
})

const echo = { 'content-type': 'text/html', 'x-echo': `Bearer ${TOKEN}` }
for (const [name, given] of Object.entries({
  'an error that repeats the request': answer(400, `<pre>authorization: Bearer ${TOKEN}</pre>`, echo),
  'an error of the API that repeats it': json(
    401,
    { code: 'token_invalid', message: `${TOKEN} is unknown`, param: TOKEN },
    echo,
  ),
  'a success that is none': answer(200, `<pre>authorization: Bearer ${TOKEN}</pre>`, echo),
  'a redirection': answer(302, '', { location: `https://example.com/?token=${TOKEN}`, ...echo }),
  'a closed connection': hangUp,
  'a time-out': timeOut,
})) {
  test(`not in ${name}`, async (t) => {
    const { client } = await scripted(t, [given], { maxRetries: 0 })
    const caught = await client.conversations.get(ID).catch((error) => error)
    assert.ok(caught instanceof errors.ApiClientError)
    assertHidden(caught)
  })
}

test('not in what a `fetch` of the caller throws', async (t) => {
  const fetch = async (url, init) => {
    const cause = Object.assign(new Error(`sent ${init.headers.get('authorization')}`), { code: 'EWHATEVER', init })
    throw Object.assign(new Error('request failed', { cause }), { config: init, request: { token: TOKEN } })
  }
  const { client } = await scripted(t, [], { fetch })
  const caught = await client.conversations.get(ID).catch((error) => error)
  assertHidden(caught)
  assert.equal(caught.cause.message, 'request failed')
  assert.equal(caught.cause.cause.code, 'EWHATEVER')
  assert.match(caught.message, /sent Bearer \[secret\]/)
})

test('not in what the hooks get', async (t) => {
  const got = []
  const { client, requests } = await scripted(t, [json(200, {})], {
    onRequest: (request) => void got.push(request, [...request.headers]),
    onResponse: (response) => void got.push(response),
  })
  await client.conversations.get(ID)
  assert.equal(got.length, 3)
  assertHidden(got)
  assert.equal(requests[0].headers.authorization, `Bearer ${TOKEN}`)
})

test('nothing is logged', async (t) => {
  const logged = []
  for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir'])
    t.mock.method(console, method, (...all) => logged.push(all))
  const { client } = await scripted(t, [hangUp, answer(503), json(200, {})])
  await client.conversations.get(ID)
  assert.deepEqual(logged, [])
})

for (const token of ['ptc_a/b"c\\d-and-so-on-and-on', TOKEN]) {
  const escaped = token.replace('p', '\\u0070').replace('/', '\\/')
  const inJson = JSON.stringify(token).slice(1, -1)
  for (const [name, body] of Object.entries({
    'in another way': `{"message":"bad ${escaped.replace('"', '\\"').replace('d-', '\\u0064-')}"}`,
    'as JSON writes it': JSON.stringify({ message: `bad ${token}`, code: token, param: token, type: token }),
    'where nothing of it is an attribute of ours': `{"error":{"${inJson}":["${inJson}"]}}`,
    'as text': `"${inJson}"`,
  })) {
    for (const status of [200, 400]) {
      test(`not when ${status} repeats ${token.slice(0, 8)} ${name}`, async (t) => {
        const headers = { 'x-request-id': `id of ${token}` }
        const { client, url } = await scripted(t, [answer(status, body, headers), answer(status, body, headers)])
        const own = new errors.ApiClient(token, { baseUrl: url, maxRetries: 0 })
        const caught = await own.messages.list().catch((error) => error)
        assert.ok(caught instanceof errors.ApiError)
        assert.equal(caught.request_id, 'id of [secret]')
        for (const form of [token, inJson, escaped]) assert.ok(!dump(caught).includes(form), 'the token shows')
        assert.ok(client)
      })
    }
  }
}

test('not in what a hook gets of an answer that repeats it', async (t) => {
  const got = []
  const { client } = await scripted(t, [json(200, {}, { ...echo, 'x-request-id': TOKEN })], {
    onResponse: (response) => void got.push(response),
  })
  await client.conversations.get(ID)
  assert.equal(got[0].request_id, '[secret]')
  assertHidden(got)
})
