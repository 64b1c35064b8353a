import assert from 'node:assert/strict'
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, before, test } from 'node:test'
import { inspect } from 'node:util'
import * as errors from '../dist/esm/index.js'
import { clock } from '../dist/esm/core/clock.js'
import { answer, error, hangUp, json, scripted, silence } from './socket.mjs'

const SMALL = 4 * 1024 * 1024
const LARGE = SMALL + 1
const large = new Uint8Array(LARGE).fill(7)
const ID = 'L1oJgT5cVq2mKxRd'
let folder
let largePath

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'client-'))
  largePath = join(folder, 'large.bin')
  writeFileSync(largePath, large)
})
after(() => rmSync(folder, { recursive: true }))

const about = { id: ID, filename: 'x', file_size: 1, brand_new: true }
const created = json(201, { ...about, upload: null })

let addresses = 0
/** The answer to an announcement, each with another address. */
function address(socket, request) {
  const { file_type, file_size } = request.json
  const headers = { 'content-type': file_type, 'content-length': String(file_size), 'if-none-match': '*' }
  const url = `http://${request.headers.host}/files/x?X-Amz-Signature=hidden${++addresses}`
  json(201, { ...about, upload: { method: 'PUT', url, headers, expires_at: 1 } })(socket)
}
const stored = answer(200)

/** The one part of a form. */
async function part(request) {
  const type = request.headers['content-type']
  const form = await new Response(request.body, { headers: { 'content-type': type } }).formData()
  assert.deepEqual([...form.keys()], ['file'])
  const file = form.get('file')
  return { name: file.name, type: file.type, text: await file.text() }
}

const small = {
  bytes: new TextEncoder().encode('hello'),
  'a part of a buffer': new TextEncoder().encode('xxhelloxx').subarray(2, 7),
  'a Buffer': Buffer.from('hello'),
  'an ArrayBuffer': new TextEncoder().encode('hello').buffer,
  'a DataView': new DataView(new TextEncoder().encode('hello').buffer),
  'a Blob': new Blob(['hello']),
  'a ReadableStream': () => new Blob(['hello']).stream(),
  'a Readable of Node.js': () => Readable.from([Buffer.from('hel'), Buffer.from('lo')]),
  'a generator': () =>
    (async function* () {
      yield Buffer.from('hello')
    })(),
}
for (const [name, source] of Object.entries(small)) {
  test(`${name} in one call`, async (t) => {
    const { client, requests } = await scripted(t, [created])
    const given = typeof source === 'function' ? source() : source
    const attachment = await client.attachments.upload(given, { filename: 'greeting.txt', file_type: 'text/plain' })
    assert.deepEqual(attachment, about)
    assert.equal(`${requests[0].method} ${requests[0].path}`, 'POST /v1/attachments')
    assert.match(requests[0].headers['content-type'], /^multipart\/form-data; boundary=/)
    assert.match(requests[0].headers['idempotency-key'], /^[0-9a-f]{32}$/)
    assert.deepEqual(await part(requests[0]), { name: 'greeting.txt', type: 'text/plain', text: 'hello' })
  })
}

test('names and types that are not given', async (t) => {
  const { client, requests } = await scripted(t, Array(4).fill(created))
  writeFileSync(join(folder, 'ü "b".txt'), 'hello')
  await client.attachments.upload(join(folder, 'ü "b".txt'))
  await client.attachments.upload(new File(['hello'], 'c.png', { type: 'image/png' }))
  await client.attachments.upload(new Blob(['hello'], { type: 'image/png' }), { filename: 'd', file_type: 'text/css' })
  await client.attachments.upload(new Uint8Array(1), { filename: 'e' })
  const parts = await Promise.all(requests.map(part))
  assert.deepEqual(
    parts.map(({ name, type }) => [decodeURIComponent(name), type]),
    [
      ['ü "b".txt', 'application/octet-stream'],
      ['c.png', 'image/png'],
      ['d', 'text/css'],
      ['e', 'application/octet-stream'],
    ],
  )
})

test('a small upload is tried again, with the same key and content', async (t) => {
  const { client, requests } = await scripted(t, [hangUp, answer(503), created])
  await client.attachments.upload(Readable.from([Buffer.from('hello')]), { filename: 'a' })
  assert.equal(new Set(requests.map(({ headers }) => headers['idempotency-key'])).size, 1)
  for (const request of requests) assert.equal((await part(request)).text, 'hello')
})

const sources = {
  bytes: () => large,
  'a Blob': () => new Blob([large]),
  'a path': () => largePath,
  'a ReadableStream': () => new Blob([large]).stream(),
  'a Readable of Node.js': () => createReadStream(largePath),
}
for (const [name, source] of Object.entries(sources)) {
  test(`${name} of more than 4 MiB is announced and sent to the storage`, async (t) => {
    const { client, requests } = await scripted(t, [address, stored])
    const attachment = await client.attachments.upload(source(), {
      filename: 'a.bin',
      file_type: 'video/mp4',
      file_size: LARGE,
    })
    assert.deepEqual(attachment, about)
    const [announced, sent] = requests
    assert.deepEqual(announced.json, { filename: 'a.bin', file_type: 'video/mp4', file_size: LARGE })
    assert.equal(`${sent.method} ${sent.path.split('?')[0]}`, 'PUT /files/x')
    assert.ok(sent.body.equals(large))
    assert.equal(sent.headers['content-length'], String(LARGE))
    assert.equal(sent.headers['transfer-encoding'], undefined)
    assert.equal(sent.headers['content-type'], 'video/mp4')
    assert.equal(sent.headers['if-none-match'], '*')
    assert.equal(sent.headers.authorization, undefined)
  })
}

test('4 MiB are small', async (t) => {
  const { client, requests } = await scripted(t, [created, created])
  await client.attachments.upload(new Uint8Array(SMALL), { filename: 'a' })
  await client.attachments.upload(new Blob([new Uint8Array(SMALL)]).stream(), { filename: 'a', file_size: SMALL })
  assert.ok(requests.every(({ headers }) => headers['content-type'].startsWith('multipart/')))
})

for (const name of ['bytes', 'a path', 'a Blob']) {
  test(`${name}: sent again to a new address, after the announcement with the same key`, async (t) => {
    const { client, requests, waits } = await scripted(t, [address, hangUp, address, answer(503), address, stored])
    await client.attachments.upload(sources[name](), { filename: 'a' })
    const announcements = requests.filter(({ method }) => method === 'POST')
    assert.equal(new Set(announcements.map(({ headers }) => headers['idempotency-key'])).size, 1)
    const puts = requests.filter(({ method }) => method === 'PUT')
    assert.equal(new Set(puts.map(({ path }) => path)).size, 3)
    assert.ok(puts.every(({ body }) => body.equals(large)))
    assert.deepEqual(waits, [500, 1000])
  })
}

test('the key of the caller is that of the announcement', async (t) => {
  const { client, requests } = await scripted(t, [address, hangUp, address, stored])
  await client.attachments.upload(large, { filename: 'a' }, { idempotencyKey: 'mine' })
  assert.deepEqual(
    requests.map(({ headers }) => headers['idempotency-key']),
    ['mine', undefined, 'mine', undefined],
  )
})

test('what turns out to be stored after a lost answer is done', async (t) => {
  const { client, requests } = await scripted(t, [address, hangUp, created])
  assert.deepEqual(await client.attachments.upload(large, { filename: 'a' }), about)
  assert.equal(requests.length, 3)
})

const failed = (status, code) => answer(status, `<Error><Code>${code}</Code><Signature>hidden</Signature></Error>`)
const exists = failed(412, 'PreconditionFailed')

for (const [name, lost] of Object.entries({ 'a lost answer': hangUp, 500: answer(500) })) {
  test(`412 after ${name} means that our own try has stored it`, async (t) => {
    const { client, requests } = await scripted(t, [address, lost, address, exists])
    assert.deepEqual(await client.attachments.upload(large, { filename: 'a' }), about)
    assert.equal(requests.length, 4)
  })
}

test('409 of the storage, where an earlier try is not over, is tried again', async (t) => {
  const { client } = await scripted(t, [address, hangUp, address, failed(409, 'ConditionalRequestConflict'), created])
  assert.deepEqual(await client.attachments.upload(large, { filename: 'a' }), about)
})

test('412 at once is an error, and so is what the storage refuses', async (t) => {
  const { client, requests, url } = await scripted(t, [address, exists, address, failed(403, 'AccessDenied')])
  await assert.rejects(client.attachments.upload(large, { filename: 'a' }), { status: 412 })
  const caught = await client.attachments.upload(large, { filename: 'a' }).catch((error) => error)
  assert.equal(caught.constructor, errors.PermissionDeniedError)
  assert.equal(caught.message, `PUT ${url} was answered 403: AccessDenied`)
  assert.ok(!inspect(caught, { depth: Infinity, showHidden: true }).includes('hidden'))
  assert.equal(requests.length, 4)
})

test('what the API refuses is not announced again beyond its own retries', async (t) => {
  const { client, requests } = await scripted(t, Array(9).fill(error(503, 'service_unavailable')))
  await assert.rejects(client.attachments.upload(large, { filename: 'a' }), errors.ServerError)
  assert.equal(requests.length, 3)
})

test('no more tries than one says', async (t) => {
  const { client, requests } = await scripted(t, [address, hangUp, address, hangUp, address])
  await assert.rejects(
    client.attachments.upload(large, { filename: 'a' }, { maxRetries: 1 }),
    errors.ApiConnectionError,
  )
  assert.equal(requests.length, 4)
})

test('a streamed upload is not tried again', async (t) => {
  for (const bad of [hangUp, answer(503)]) {
    const { client, requests } = await scripted(t, [address, bad, address, stored])
    await assert.rejects(
      client.attachments.upload(createReadStream(largePath), { filename: 'a', file_size: LARGE }),
      errors.ApiClientError,
    )
    assert.equal(requests.length, 2)
  }
})

test('the announcement of a streamed upload is tried again', async (t) => {
  const { client, requests } = await scripted(t, [hangUp, answer(503), address, stored])
  await client.attachments.upload(createReadStream(largePath), { filename: 'a', file_size: LARGE })
  assert.equal(requests.length, 4)
})

test('a stream that is not wanted is closed', async (t) => {
  const { client } = await scripted(t, [error(403, 'upload_quota')])
  const stream = createReadStream(largePath)
  await assert.rejects(
    client.attachments.upload(stream, { filename: 'a', file_size: LARGE }),
    errors.PermissionDeniedError,
  )
  assert.ok(stream.destroyed)
})

test('a large stream needs its size, and is closed', async (t) => {
  const { client, requests } = await scripted(t, [])
  const stream = createReadStream(largePath)
  await assert.rejects(client.attachments.upload(stream, { filename: 'a' }), (caught) => {
    assert.equal(caught.constructor, errors.ApiClientError)
    assert.match(caught.message, /file_size/)
    return true
  })
  assert.ok(stream.destroyed)
  assert.equal(requests.length, 0)
})

test('a stream of another size than was said', async (t) => {
  const { client, requests } = await scripted(t, [address, silence, address, silence])
  const streams = (size) => client.attachments.upload(createReadStream(largePath), { filename: 'a', file_size: size })
  await assert.rejects(streams(LARGE + 1), /file_size is 4194306, but there are 4194305 bytes/)
  await assert.rejects(streams(LARGE - 1), errors.ApiClientError)
  const few = () => Readable.from([Buffer.from('hello')])
  await assert.rejects(client.attachments.upload(few(), { filename: 'a', file_size: 6 }), /6.*5 bytes/)
  await assert.rejects(client.attachments.upload(few(), { filename: 'a', file_size: 4 }), errors.ApiClientError)
  await assert.rejects(client.attachments.upload(Buffer.from('hello'), { filename: 'a', file_size: 4 }), /4.*5 bytes/)
  assert.ok(
    requests.every(({ method }) => method === 'POST'),
    'the storage got all of a request',
  )
})

test('a browser collects a stream, for it could not say its length', async (t) => {
  const { client, requests } = await scripted(t, [address, hangUp, address, stored])
  globalThis.document = {}
  t.after(() => delete globalThis.document)
  await client.attachments.upload(new Blob([large]).stream(), { filename: 'a', file_size: LARGE })
  assert.equal(requests.length, 4)
})

test('what cannot be uploaded', async (t) => {
  const { client, requests } = await scripted(t, [])
  const { upload } = client.attachments
  for (const source of [undefined, null, 5, {}, [1]]) {
    await assert.rejects(upload.call(client.attachments, source, { filename: 'a' }), errors.ApiClientError)
  }
  await assert.rejects(client.attachments.upload(new Uint8Array(5)), /filename/)
  await assert.rejects(client.attachments.upload(folder), errors.ApiClientError)
  await assert.rejects(client.attachments.upload(join(folder, 'none')), { code: 'ENOENT' })
  assert.equal(requests.length, 0)
})

test('the storage has more time for more bytes', async (t) => {
  const { client, timeouts } = await scripted(t, [address, stored], { timeout: 1000 })
  await client.attachments.upload(large, { filename: 'a' })
  assert.deepEqual(timeouts.map(Math.round), [1000, 1000 + 64_000])
})

test('the caller ends an upload', async (t) => {
  const controller = new AbortController()
  const { client, requests } = await scripted(t, [address, () => controller.abort(), address])
  await assert.rejects(client.attachments.upload(large, { filename: 'a' }, { signal: controller.signal }), {
    name: 'AbortError',
  })
  assert.equal(requests.length, 2)
})

test('a stream that has more bytes than was said is an error, and closed', async (t) => {
  let closed
  const gone = new Promise((resolve) => (closed = resolve))
  async function* longer() {
    try {
      yield large
      yield large
    } finally {
      closed()
    }
  }
  const { client, requests } = await scripted(t, [address, stored])
  await assert.rejects(client.attachments.upload(longer(), { filename: 'a', file_size: LARGE }), {
    name: 'ApiClientError',
    message: `attachments.upload: file_size is ${LARGE}, but there are more bytes`,
  })
  await gone
  assert.ok(
    requests.every(({ method }) => method === 'POST'),
    'the storage got all of a request',
  )
})

test('a stream is closed when the storage fails', async (t) => {
  const { client } = await scripted(t, [address, hangUp])
  const stream = createReadStream(largePath)
  await assert.rejects(
    client.attachments.upload(stream, { filename: 'a', file_size: LARGE }),
    errors.ApiConnectionError,
  )
  assert.ok(stream.destroyed)
})

test('a stream without a name is closed', async (t) => {
  const { client } = await scripted(t, [])
  const stream = createReadStream(largePath)
  await assert.rejects(client.attachments.upload(stream, { file_size: LARGE }), /filename is missing/)
  assert.ok(stream.destroyed)
})

test('a stream that somebody else reads, and one of something else', async (t) => {
  const { client } = await scripted(t, [])
  const stream = new Blob(['hello']).stream()
  stream.getReader()
  const wrong = { name: 'ApiClientError' }
  await assert.rejects(client.attachments.upload(stream, { filename: 'a' }), wrong)
  await assert.rejects(client.attachments.upload(Readable.from(['hello']), { filename: 'a' }), wrong)
})

for (const file_size of ['20', Infinity, NaN, -1, 1.5, null]) {
  test(`no file_size: ${file_size}`, async (t) => {
    const { client, requests } = await scripted(t, [address, stored])
    await assert.rejects(
      client.attachments.upload(new Uint8Array(20), { filename: 'a', file_size }),
      /file_size must be a whole number/,
    )
    assert.equal(requests.length, 0)
  })
}

test('a small stream of another size is not asked for its size', async (t) => {
  const { client } = await scripted(t, [])
  const stream = Readable.from([Buffer.from('hello')])
  await assert.rejects(
    client.attachments.upload(stream, { filename: 'a', file_size: 4 }),
    /file_size is 4, but there are more bytes/,
  )
})

test('a file that changes meanwhile is announced once', async (t) => {
  const path = join(folder, 'changing.bin')
  writeFileSync(path, large)
  const change = (socket, request) => (writeFileSync(path, 'other'), address(socket, request))
  const { client, requests } = await scripted(t, [change, silence, change, silence, change, silence])
  await assert.rejects(client.attachments.upload(path), { name: 'ApiClientError', message: /has changed/ })
  assert.equal(requests.filter(({ method }) => method === 'POST').length, 1)
})

test('412 where the caller gave the key: another call with it has stored the file', async (t) => {
  const { client, requests } = await scripted(t, [address, exists])
  const options = { idempotencyKey: 'mine' }
  assert.deepEqual(await client.attachments.upload(large, { filename: 'a' }, options), about)
  assert.equal(requests.length, 2)
})

test('an answer without an attachment, or without an address', async (t) => {
  const upload = { method: 'PUT', url: '/files/x', headers: {} }
  const { client } = await scripted(t, [answer(204), json(201, null), json(201, { ...about, upload })])
  for (const content of [new Uint8Array(5), new Uint8Array(5), large]) {
    await assert.rejects(client.attachments.upload(content, { filename: 'a' }), errors.UnexpectedAnswerError)
  }
})

test('more time for more bytes does not end it at once', async (t) => {
  const { timer } = clock
  const { client, timeouts } = await scripted(t, [address, stored], { timeout: 2 ** 31 - 1 })
  await client.attachments.upload(large, { filename: 'a' })
  const { mock } = t.mock.method(globalThis, 'setTimeout', () => undefined)
  timeouts.forEach((time) => timer(time, () => {}))
  assert.ok(mock.calls.every(({ arguments: [, time] }) => time <= 2 ** 31 - 1))
})
