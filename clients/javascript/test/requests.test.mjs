import assert from 'node:assert/strict'
import { test } from 'node:test'
import ApiClient, { ApiClientError, ApiConnectionError, Result, version } from '../dist/esm/index.js'
import { answer, error, json, page, scripted, TOKEN } from './socket.mjs'

const ID = 'L1oJX5jtSTjvjYv7'
const fine = json(200, { id: ID })

test('the calls of the reference', async (t) => {
  const { client, requests } = await scripted(t, [page([]), fine, fine, fine, answer(204)])
  await client.conversations.list()
  await client.conversations.create({ contact_id: 'WAz8eIbvDR60rouK' })
  await client.conversations.get('xgQQXg3hrtjh7AvZ')
  await client.conversations.update('xgQQXg3hrtjh7AvZ', { is_muted: true })
  await client.conversations.delete('xgQQXg3hrtjh7AvZ')
  assert.deepEqual(
    requests.map(({ method, path, body }) => `${method} ${path} ${body}`),
    [
      'GET /v1/conversations ',
      'POST /v1/conversations {"contact_id":"WAz8eIbvDR60rouK"}',
      'GET /v1/conversations/xgQQXg3hrtjh7AvZ ',
      'PUT /v1/conversations/xgQQXg3hrtjh7AvZ {"is_muted":true}',
      'DELETE /v1/conversations/xgQQXg3hrtjh7AvZ ',
    ],
  )
})

test('what a request carries', async (t) => {
  const { client, requests } = await scripted(t, [fine, fine, fine])
  await client.conversations.get(ID)
  await client.messages.send({ conversation_id: ID, message: 'Merry Christmas 🎄' })
  await client.groups.leave(ID)
  const [get, post, leave] = requests.map(({ headers }) => headers)
  for (const headers of [get, post, leave]) {
    assert.equal(headers.authorization, `Bearer ${TOKEN}`)
    assert.equal(headers.accept, 'application/json')
    assert.equal(headers['user-agent'], `protocol-api-javascript/${version} node/${process.versions.node}`)
  }
  assert.equal(get['content-type'], undefined)
  assert.equal(post['content-type'], 'application/json')
  assert.deepEqual(requests[1].json, { conversation_id: ID, message: 'Merry Christmas 🎄' })
  assert.equal(leave['content-type'], undefined)
  assert.equal(requests[2].body.length, 0)
})

test('send is create', () => {
  const { messages } = new ApiClient(TOKEN)
  assert.equal(typeof messages.send, 'function')
})

test('a browser sends its own user agent', async (t) => {
  globalThis.document = {}
  t.after(() => delete globalThis.document)
  let headers
  const fetch = async (_, init) => ((headers = init.headers), Response.json({}))
  await new ApiClient(TOKEN, { fetch }).conversations.create({ contact_id: ID })
  // What needs more than these would need the gateway's leave.
  assert.deepEqual([...headers.keys()].sort(), ['accept', 'authorization', 'content-type', 'idempotency-key'])
})

test('undefined is left out, null is sent', async (t) => {
  const { client, requests } = await scripted(t, [fine, fine, page([])])
  await client.conversations.update(ID, { archived_at: null, is_muted: undefined })
  await client.conversations.update(ID, { is_muted: undefined })
  await client.conversations.list({ muted: undefined, limit: 5 })
  assert.equal(requests[0].body.toString(), '{"archived_at":null}')
  assert.equal(requests[1].body.length, 0)
  assert.equal(requests[2].path, '/v1/conversations?limit=5')
})

test('what the client does not know is passed through', async (t) => {
  const strange = { id: ID, type: 'new', is_new: true, nested: { enum_value: 'unheard-of', list: [1, null] } }
  const { client, requests } = await scripted(t, [json(200, strange), json(200, strange), page([strange])])
  assert.deepEqual(await client.conversations.get(ID), strange)
  assert.deepEqual(await client.conversations.update(ID, { is_new: 'yes' }), strange)
  assert.deepEqual((await client.conversations.list({ is_new: true })).data, [strange])
  assert.deepEqual(requests[1].json, { is_new: 'yes' })
  assert.equal(requests[2].path, '/v1/conversations?is_new=true')
})

test('what the caller gives is not changed', async (t) => {
  const freeze = (value) => (
    Object.values(value).forEach((own) => typeof own === 'object' && freeze(own)),
    Object.freeze(value)
  )
  const { client } = await scripted(t, [page([{ id: 'a' }], 'a'), page([]), fine], freeze({ timeout: 10_000 }))
  for await (const _ of client.conversations.list(freeze({ limit: 1 }), freeze({ maxRetries: 1 })));
  await client.groups.create(freeze({ name: 'x', contacts: [ID] }), freeze({ idempotencyKey: 'k' }))
})

test('what the caller changes afterwards has no effect', async (t) => {
  const { client, requests } = await scripted(t, [page([{ id: 'a' }], 'a'), page([])])
  const params = { limit: 1 }
  const list = client.conversations.list(params)
  params.limit = 2
  for await (const _ of list) params.limit = 3
  assert.deepEqual(
    requests.map(({ path }) => path),
    ['/v1/conversations?limit=1', '/v1/conversations?limit=1&starting_after=a'],
  )
})

for (const id of [undefined, null, '', '.', '..', 5, {}, '\ud800']) {
  test(`no id: ${JSON.stringify(id)}`, async (t) => {
    const { client, requests } = await scripted(t, [])
    await assert.rejects(client.conversations.delete(id), ApiClientError)
    await assert.rejects(client.messages.addReaction(ID, id), ApiClientError)
    assert.equal(requests.length, 0)
  })
}

test('a path holds whatever a parameter says, as one piece', async (t) => {
  const names = ['❤️', 'a/b', '../..', '?a=b', '#', '%2e%2e', 'ü ', '%']
  const { client, requests } = await scripted(
    t,
    names.map(() => fine),
  )
  for (const name of names) await client.messages.addReaction(ID, name)
  assert.deepEqual(
    requests.map(({ path }) => path),
    names.map((name) => `/v1/messages/${ID}/reactions/${encodeURIComponent(name)}`),
  )
})

for (const idempotencyKey of ['', 'with space', 'x'.repeat(256), 'ü', 'a\nb']) {
  test(`no idempotency key: ${JSON.stringify(idempotencyKey).slice(0, 20)}`, async (t) => {
    const { client, requests } = await scripted(t, [])
    await assert.rejects(client.conversations.create({ contact_id: ID }, { idempotencyKey }), ApiClientError)
    assert.equal(requests.length, 0)
  })
}

test('the whole answer', async (t) => {
  const headers = { 'x-request-id': 'abc', 'idempotent-replayed': 'true' }
  const { client } = await scripted(t, [json(201, { id: ID }, headers), page([])])
  const call = client.conversations.create({ contact_id: ID })
  const { data, response, request_id } = await call.withResponse()
  assert.deepEqual([data.id, response.status, request_id], [ID, 201, 'abc'])
  assert.equal(response.headers.get('idempotent-replayed'), 'true')
  assert.equal((await call).id, ID)
  assert.deepEqual((await client.contacts.list().withResponse()).data.data, [])
})

test('a call is a promise', async (t) => {
  const { client } = await scripted(t, [fine, fine, answer(404), answer(404), page([]), page([]), answer(404)])
  const call = client.conversations.get(ID)
  assert.ok(call instanceof Result)
  let settled = 0
  assert.deepEqual(await Promise.all([call, call.finally(() => settled++)]), [{ id: ID }, { id: ID }])
  assert.equal(await client.conversations.get(ID).then(({ id }) => id), ID)
  assert.equal(await client.conversations.get(ID).catch(({ status }) => status), 404)
  await assert.rejects(
    client.conversations.get(ID).finally(() => settled++),
    { status: 404 },
  )
  assert.deepEqual((await client.contacts.list().finally(() => settled++)).data, [])
  assert.deepEqual(await client.contacts.list().then(({ data }) => data), [])
  assert.equal(await client.contacts.list().catch(({ status }) => status), 404)
  assert.equal(settled, 3)
})

test('a call is sent without being awaited, and once', async (t) => {
  let sent
  const first = new Promise((resolve) => (sent = resolve))
  const { client, requests } = await scripted(t, [(socket) => (sent(), fine(socket))])
  const call = client.conversations.get(ID)
  await first
  await call
  await call
  assert.equal(requests.length, 1)
})

test('the hooks see each try, and may change its headers', async (t) => {
  const seen = []
  const { client, requests, url } = await scripted(
    t,
    [error(503, 'service_unavailable', { 'x-request-id': 'one' }), page([])],
    {
      async onRequest({ method, url, headers, attempt }) {
        await null
        seen.push({ method, url, attempt, names: [...headers.keys()] })
        headers.set('x-trace', `trace-${attempt}`)
        headers.set('authorization', 'Bearer of-the-hook')
      },
      async onResponse({ method, url, attempt, status, headers, request_id, duration }) {
        await null
        seen.push({ method, url, attempt, status, type: headers.get('content-type'), request_id, timed: duration >= 0 })
      },
    },
  )
  await client.contacts.list({ limit: 2 })
  const where = { method: 'GET', url: `${url}/v1/contacts?limit=2` }
  const answered = { ...where, type: 'application/json', timed: true }
  assert.deepEqual(seen, [
    { ...where, attempt: 0, names: ['accept', 'user-agent'] },
    { ...answered, attempt: 0, status: 503, request_id: 'one' },
    { ...where, attempt: 1, names: ['accept', 'user-agent'] },
    { ...answered, attempt: 1, status: 200, request_id: 'req' },
  ])
  assert.deepEqual(
    requests.map(({ headers }) => headers['x-trace']),
    ['trace-0', 'trace-1'],
  )
  // What one try is given, the next one is not.
  assert.ok(requests.every(({ headers }) => headers.authorization === `Bearer ${TOKEN}`))
})

for (const stop of [new Error('no further'), new ApiConnectionError('of another client')]) {
  test(`what a hook throws ends the call: ${stop.name}`, async (t) => {
    const before = await scripted(t, [], {
      onRequest: () => {
        throw stop
      },
    })
    await assert.rejects(before.client.me.get(), (caught) => caught === stop)
    assert.equal(before.requests.length, 0)
    const after = await scripted(t, [answer(503), fine], {
      onResponse: async () => {
        throw stop
      },
    })
    await assert.rejects(after.client.me.get(), (caught) => caught === stop)
    assert.equal(after.requests.length, 1)
  })
}

test('`fetch` is called without an object, as browsers want it', async () => {
  let self = 'not called'
  const fetch = async function () {
    self = this
    return Response.json({})
  }
  await new ApiClient(TOKEN, { fetch }).me.get()
  assert.equal(self, undefined)
})

test('a minute for each try, unless one says otherwise', async (t) => {
  const { client, timeouts, url } = await scripted(t, [answer(503), fine, fine, fine])
  await client.me.get()
  const impatient = new ApiClient(TOKEN, { baseUrl: url, timeout: 1234 })
  await impatient.me.get()
  await impatient.me.get({ timeout: 99 })
  assert.deepEqual(timeouts, [60_000, 60_000, 1234, 99])
})

test('an option that there is not is refused, for it may be the address', async () => {
  assert.throws(() => new ApiClient(TOKEN, { baseURL: 'https://api.example.com' }), /baseURL.*baseUrl/)
  for (const options of [null, 5, 'text']) assert.throws(() => new ApiClient(TOKEN, options), ApiClientError)
  await assert.rejects(new ApiClient(TOKEN).me.get({ timeOut: 5 }), /timeOut.*timeout/)
})

const cyclic = {}
cyclic.cyclic = cyclic
for (const [name, call] of Object.entries({
  'a BigInt': ({ groups }) => groups.create({ name: 1n, contacts: [] }),
  'a circle': ({ groups }) => groups.create({ name: cyclic, contacts: [] }),
  'no number': ({ conversations }) => conversations.update(ID, { archived_at: NaN }),
  'no number in an object': ({ conversations }) => conversations.update(ID, { a: { b: [Infinity] } }),
  'no date': ({ conversations }) => conversations.update(ID, { archived_at: new Date(NaN) }),
  'nothing in a list': ({ groups }) => groups.create({ name: 'x', contacts: [undefined] }),
  'no number in a query': ({ conversations }) => conversations.list({ limit: NaN }),
  'a date in a query': ({ messages }) => messages.search({ query: 'x', after: new Date() }),
  'no parameters': ({ conversations }) => conversations.create(null),
  'parameters that are none': ({ conversations }) => conversations.create([ID]),
  'no options': ({ conversations }) => conversations.get(ID, null),
  'a controller in place of its signal': ({ me }) => me.get({ signal: new AbortController() }),
  'no signal': ({ me }) => me.get({ signal: null }),
  'no key': ({ contacts }) => contacts.create({ username: 'x' }, { idempotencyKey: null }),
  'no parameters of a file': ({ attachments }) => attachments.upload(new Uint8Array(1), null),
})) {
  test(`what is wrong in a call is an error of the client: ${name}`, async (t) => {
    const { client, requests } = await scripted(t, [])
    await assert.rejects(async () => call(client), { name: 'ApiClientError' })
    assert.equal(requests.length, 0)
  })
}

test('an id that would lead elsewhere is called what it is', async () => {
  await assert.rejects(
    new ApiClient(TOKEN).conversations.get('..'),
    /id must be a string, and not empty, "\." or "\.\."/,
  )
})
