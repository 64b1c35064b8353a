import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { getEventListeners } from 'node:events'
import {
  chmodSync,
  createReadStream,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import * as errors from '../dist/esm/index.js'
import { answer, error, hangUp, json, runOut, scripted, timeOut } from './socket.mjs'

const ID = 'L1oJgT5cVq2mKxRd'
const CONTENT = 'Merry Christmas'

const file = (headers = {}) =>
  answer(200, CONTENT, {
    'content-type': 'audio/wav; charset=binary',
    'content-disposition': `attachment; filename="Cafe.wav"; filename*=UTF-8''Caf%C3%A9%20%28live%29.wav`,
    ...headers,
  })
const half = (socket) => socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${CONTENT.length}\r\n\r\nMerry`)
const halfThen = (next) => (socket) => {
  socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${CONTENT.length}\r\n\r\nMerry`)
  next(socket)
}
const forbidden = answer(403, '<Error><Code>AccessDenied</Code><Message>X-Amz-Signature=hidden</Message></Error>')

let links = 0
/** The answer with a link to the same server, each with another signature. */
function link(socket, request) {
  const url = `http://${request.headers.host}/files/x?X-Amz-Signature=hidden${++links}`
  const attachment = {
    id: ID,
    file_url: url,
    filename: 'House.txt',
    file_type: 'text/plain',
    file_size: CONTENT.length,
  }
  json(200, request.path.endsWith('/download') ? { url, expires_at: 1 } : attachment)(socket)
}

function directory(t) {
  const path = mkdtempSync(join(tmpdir(), 'client-'))
  t.after(() => rmSync(path, { recursive: true }))
  return path
}

const paths = (requests) => requests.map(({ path }) => path.split('?')[0])

test('a sound has the name, the type and the size that the storage tells', async (t) => {
  const { client, requests } = await scripted(t, [link, file()])
  const sound = await client.sounds.open(ID)
  assert.deepEqual([sound.filename, sound.file_type, sound.file_size], ['Café (live).wav', 'audio/wav', CONTENT.length])
  assert.equal(await sound.text(), CONTENT)
  assert.deepEqual(paths(requests), [`/v1/sounds/${ID}/download`, '/files/x'])
})

test('an attachment has the name, the type and the size that the API tells', async (t) => {
  const { client, requests } = await scripted(t, [link, file()])
  const attachment = await client.attachments.open(ID)
  assert.deepEqual(
    [attachment.filename, attachment.file_type, attachment.file_size],
    ['House.txt', 'text/plain', CONTENT.length],
  )
  assert.deepEqual(await attachment.bytes(), new Uint8Array(Buffer.from(CONTENT)))
  assert.deepEqual(paths(requests), [`/v1/attachments/${ID}`, '/files/x'])
})

test('the storage gets neither the token nor what the hooks add', async (t) => {
  const hooked = []
  const onRequest = ({ url, headers }) => (hooked.push(url), headers.set('x-own', '1'))
  const { client, requests } = await scripted(t, [link, file()], { onRequest })
  await (await client.sounds.open(ID)).bytes()
  assert.equal(requests[1].headers.authorization, undefined)
  assert.equal(requests[1].headers['x-own'], undefined)
  assert.equal(hooked.length, 1)
})

for (const [disposition, expected] of Object.entries({
  'attachment; filename="a b.wav"': 'a b.wav',
  'attachment; filename=plain.wav': 'plain.wav',
  'attachment; filename="x"; filename*=UTF-8\'\'%E6%9D%B1.wav': '東.wav',
  'attachment; filename="x.wav"; filename*=UTF-8\'\'%E6%9': 'x.wav',
  'attachment; filename="../../etc/passwd"': 'passwd',
  "attachment; filename*=UTF-8''..%2F..%5Cx.wav": 'x.wav',
  'attachment; filename=".."': 'file',
  attachment: 'file',
})) {
  test(`the name in ${disposition}`, async (t) => {
    const { client } = await scripted(t, [link, file({ 'content-disposition': disposition })])
    const sound = await client.sounds.open(ID)
    assert.equal(sound.filename, expected)
    await sound.cancel()
  })
}

test('what the storage does not tell', async (t) => {
  const { client } = await scripted(t, [link, (socket) => socket.end(`HTTP/1.1 200 OK\r\n\r\n${CONTENT}`)])
  const sound = await client.sounds.open(ID)
  assert.deepEqual([sound.filename, sound.file_type, sound.file_size], ['file', 'application/octet-stream', null])
  assert.equal(await sound.text(), CONTENT)
})

test('a stream', async (t) => {
  const { client } = await scripted(t, [link, file()])
  const pieces = []
  for await (const piece of (await client.sounds.open(ID)).stream()) pieces.push(piece)
  assert.equal(Buffer.concat(pieces).toString(), CONTENT)
})

test('a file is read once', async (t) => {
  const { client } = await scripted(t, [link, file()])
  const sound = await client.sounds.open(ID)
  await sound.bytes()
  assert.throws(() => sound.stream(), errors.ApiClientError)
  await assert.rejects(sound.bytes(), errors.ApiClientError)
  await assert.rejects(sound.text(), errors.ApiClientError)
  await assert.rejects(sound.saveTo(join(directory(t), 'x')), errors.ApiClientError)
})

test('saveTo takes the place of what is there', async (t) => {
  const { client } = await scripted(t, [link, file()])
  const folder = directory(t)
  writeFileSync(join(folder, 'a.wav'), 'old')
  await (await client.sounds.open(ID)).saveTo(join(folder, 'a.wav'))
  assert.equal(readFileSync(join(folder, 'a.wav'), 'utf8'), CONTENT)
  assert.deepEqual(readdirSync(folder), ['a.wav'])
})

test('a name as long as names can be', async (t) => {
  const { client } = await scripted(t, [link, file()])
  const folder = directory(t)
  await (await client.sounds.open(ID)).saveTo(join(folder, 'x'.repeat(255)))
  assert.equal(readdirSync(folder)[0].length, 255)
})

test('where the connection ends, nothing is half done', async (t) => {
  const { client, requests } = await scripted(t, [link, half, link, half, link, half])
  const folder = directory(t)
  writeFileSync(join(folder, 'a.wav'), 'old')
  await assert.rejects((await client.sounds.open(ID)).saveTo(join(folder, 'a.wav')), errors.ApiConnectionError)
  assert.equal(readFileSync(join(folder, 'a.wav'), 'utf8'), 'old')
  assert.deepEqual(readdirSync(folder), ['a.wav'])
  assert.equal(requests.length, 6)
})

test('a folder that is not there', async (t) => {
  const { client } = await scripted(t, [link, file()])
  await assert.rejects((await client.sounds.open(ID)).saveTo(join(directory(t), 'none', 'a.wav')), { code: 'ENOENT' })
})

for (const [name, bad] of Object.entries({
  'a link that is over': forbidden,
  'a closed connection': hangUp,
  'no answer': timeOut,
  503: answer(503),
})) {
  test(`after ${name}, once more with a new link`, async (t) => {
    const { client, requests } = await scripted(t, [link, bad, link, file()])
    assert.equal(await (await client.attachments.open(ID)).text(), CONTENT)
    assert.notEqual(requests[1].path, requests[3].path)
  })

  test(`after ${name}, as often as one says, with pauses`, async (t) => {
    const { client, requests, waits } = await scripted(t, Array(8).fill([link, bad]).flat())
    await assert.rejects(client.attachments.open(ID), errors.ApiClientError)
    assert.deepEqual([requests.length, waits], [6, [500, 1000]])
    await assert.rejects(client.attachments.open(ID, { maxRetries: 1 }), errors.ApiClientError)
    assert.equal(requests.length, 10)
  })
}

test('a content that breaks off is read once more with a new link, as a whole', async (t) => {
  const folder = directory(t)
  const { client, requests } = await scripted(t, [link, half, link, file(), link, half, link, file()])
  assert.equal(await (await client.sounds.open(ID)).text(), CONTENT)
  await (await client.sounds.open(ID)).saveTo(join(folder, 'a.wav'))
  assert.equal(readFileSync(join(folder, 'a.wav'), 'utf8'), CONTENT)
  assert.equal(requests.length, 8)
})

test('to open and to read have their retries together', async (t) => {
  const { client, requests, waits } = await scripted(t, [link, hangUp, link, half, link, half, link, file()])
  await assert.rejects((await client.sounds.open(ID)).bytes(), errors.ApiConnectionError)
  assert.deepEqual([requests.length, waits], [6, [500, 1000]])
})

test('the storage is tried again as the API is', async (t) => {
  const late = answer(503, '', { 'retry-after': '7' })
  const { client, requests, waits } = await scripted(t, [link, answer(404), link, late, link, file()])
  await assert.rejects(client.sounds.open(ID), errors.NotFoundError)
  assert.equal(requests.length, 2)
  await (await client.sounds.open(ID)).cancel()
  assert.deepEqual(waits, [7000])
})

test('no new link where nothing is to be tried again', async (t) => {
  const { client, requests } = await scripted(t, [link, hangUp, link, half], { maxRetries: 0 })
  await assert.rejects(client.sounds.open(ID), errors.ApiConnectionError)
  await assert.rejects((await client.sounds.open(ID)).bytes(), errors.ApiConnectionError)
  assert.equal(requests.length, 4)
})

test('what the API refuses is no matter of the link', async (t) => {
  const { client, requests } = await scripted(t, [error(404, 'resource_missing'), link])
  await assert.rejects(client.sounds.open(ID), errors.NotFoundError)
  assert.equal(requests.length, 1)
  const twice = await scripted(t, Array(9).fill(error(503, 'service_unavailable')))
  await assert.rejects(twice.client.sounds.open(ID), errors.ServerError)
  assert.equal(twice.requests.length, 3)
})

test('a stream that breaks off fails', async (t) => {
  const { client } = await scripted(t, [link, half])
  const reader = (await client.sounds.open(ID)).stream().getReader()
  assert.equal(Buffer.from((await reader.read()).value).toString(), 'Merry')
  await assert.rejects(reader.read(), errors.ApiConnectionError)
})

test('a content of another size than the file has is an error', async (t) => {
  const short = (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nMerry')
  const { client } = await scripted(t, [link, short])
  await assert.rejects((await client.attachments.open(ID, { maxRetries: 0 })).bytes(), (caught) => {
    assert.equal(caught.constructor, errors.ApiConnectionError)
    assert.match(caught.message, /5 of 15 bytes/)
    return true
  })
})

test('the time-out is that of the beginning and of each piece, and does not run while nobody reads', async (t) => {
  const { client, timeouts } = await scripted(t, [link, halfThen(() => {})], { timeout: 100 })
  const sound = await client.sounds.open(ID)
  runOut()
  const reader = sound.stream().getReader()
  runOut()
  assert.equal(Buffer.from((await reader.read()).value).toString(), 'Merry')
  runOut()
  const next = reader.read()
  setImmediate(runOut)
  await assert.rejects(next, errors.ApiTimeoutError)
  // Of the link, the beginning, and two pieces.
  assert.deepEqual(timeouts, [100, 100, 100, 100])
})

test('the caller ends a download', async (t) => {
  const controller = new AbortController()
  const { client, requests } = await scripted(t, [link, halfThen(() => {})])
  const sound = await client.sounds.open(ID, { signal: controller.signal })
  const reader = sound.stream().getReader()
  await reader.read()
  const next = reader.read()
  controller.abort()
  await assert.rejects(next, { name: 'AbortError' })
  assert.equal(requests.length, 2)
})

test('a download that is over keeps nothing of the signal', async (t) => {
  const { signal } = new AbortController()
  const { client } = await scripted(t, [link, file(), link, file(), link, answer(403)])
  await (await client.sounds.open(ID, { signal })).bytes()
  await (await client.sounds.open(ID, { signal })).cancel()
  await assert.rejects(client.sounds.open(ID, { signal, maxRetries: 0 }), errors.PermissionDeniedError)
  assert.equal(getEventListeners(signal, 'abort').length, 0)
})

test('who does not want the content lets the connection go', async (t) => {
  let closed
  const gone = new Promise((resolve) => (closed = resolve))
  const { client } = await scripted(t, [link, halfThen((socket) => socket.on('close', closed))])
  await (await client.sounds.open(ID)).cancel()
  await gone
})

test('an error of the storage has its code, and nothing of the link', async (t) => {
  const { client, url } = await scripted(t, [link, forbidden], { maxRetries: 0 })
  const caught = await client.sounds.open(ID).catch((error) => error)
  assert.equal(caught.constructor, errors.PermissionDeniedError)
  assert.equal(caught.message, `GET ${url} was answered 403: AccessDenied`)
  assert.ok(!inspect(caught, { depth: Infinity, showHidden: true }).includes('hidden'))
  const fetch = async (address, init) => {
    if (init.redirect) return globalThis.fetch(address, init)
    throw new Error(`cannot get ${address}`)
  }
  const other = await scripted(t, [link], { fetch, maxRetries: 0 })
  const thrown = await other.client.sounds.open(ID).catch((error) => error)
  assert.match(thrown.message, /cannot get \[secret\]/)
  assert.ok(!inspect(thrown, { depth: Infinity, showHidden: true }).includes('hidden'))
})

/** The storage's answer to a request whose connection tells when it is closed. */
function watched(next) {
  let closed
  const gone = new Promise((resolve) => (closed = resolve))
  return [(socket) => (socket.on('close', closed), next(socket)), gone]
}

const head = (size) => `HTTP/1.1 200 OK\r\ncontent-length: ${size}\r\n\r\n`

test('what has been read is not kept', async (t) => {
  const piece = Buffer.alloc(256 * 1024)
  const large = (socket) => {
    socket.write(head(256 * piece.length))
    for (let i = 0; i < 256; i++) socket.write(piece)
  }
  const { client } = await scripted(t, [link, large])
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc')
  const reader = (await client.sounds.open(ID)).stream().getReader()
  const refs = []
  while (refs.length < 200) refs.push(new WeakRef((await reader.read()).value))
  // References count as taken until the turn is over.
  await new Promise(setImmediate)
  collectGarbage()
  const kept = refs.filter((ref) => ref.deref() !== undefined).length
  assert.ok(kept < 20, `${kept} of ${refs.length} pieces are kept`)
  await reader.cancel()
})

test('a saveTo that fails lets the connection and the signal go', async (t) => {
  const { signal } = new AbortController()
  const [answered, gone] = watched(halfThen(() => {}))
  const { client } = await scripted(t, [link, answered])
  const sound = await client.sounds.open(ID, { signal })
  await assert.rejects(sound.saveTo(join(directory(t), 'none', 'a.wav')), { code: 'ENOENT' })
  await gone
  assert.equal(getEventListeners(signal, 'abort').length, 0)
})

test('saveTo writes through a link, and keeps the mode', async (t) => {
  const { client } = await scripted(t, [link, file()])
  const folder = directory(t)
  writeFileSync(join(folder, 'a.wav'), 'old')
  chmodSync(join(folder, 'a.wav'), 0o602)
  symlinkSync('a.wav', join(folder, 'link.wav'))
  await (await client.sounds.open(ID)).saveTo(join(folder, 'link.wav'))
  assert.equal(readFileSync(join(folder, 'a.wav'), 'utf8'), CONTENT)
  assert.equal(statSync(join(folder, 'a.wav')).mode & 0o777, 0o602)
  assert.ok(lstatSync(join(folder, 'link.wav')).isSymbolicLink())
  assert.deepEqual(readdirSync(folder), ['a.wav', 'link.wav'])
})

test('saveTo writes to what is no file, and does not begin again', async (t) => {
  const { client, requests } = await scripted(t, [link, file(), link, half, link, file()])
  const fifo = join(directory(t), 'fifo')
  execFileSync('mkfifo', [fifo])
  const read = () => new Response(Readable.toWeb(createReadStream(fifo))).text()
  const first = read()
  await (await client.sounds.open(ID)).saveTo(fifo)
  assert.equal(await first, CONTENT)
  const second = read()
  await assert.rejects((await client.sounds.open(ID)).saveTo(fifo), errors.ApiConnectionError)
  assert.ok('Merry'.startsWith(await second))
  assert.equal(requests.length, 4)
  assert.ok(lstatSync(fifo).isFIFO())
})

test('cancel does nothing where there is nothing to let go', async (t) => {
  const { client } = await scripted(t, [link, file(), link, file()])
  const sound = await client.sounds.open(ID)
  await sound.bytes()
  await sound.cancel()
  const other = await client.sounds.open(ID)
  await other.cancel()
  await other.cancel()
  await assert.rejects(other.bytes(), errors.ApiClientError)
})

test('a content of more than the file has is an error that says so', async (t) => {
  const long = (socket) => socket.end(`HTTP/1.1 200 OK\r\n\r\n${CONTENT}!`)
  const { client } = await scripted(t, [link, long])
  const attachment = await client.attachments.open(ID, { maxRetries: 0 })
  await assert.rejects(attachment.bytes(), /more than 15 bytes/)
})

for (const url of [null, undefined, 5, '', '/files/x', 'files/x', 'file:///etc/passwd']) {
  test(`no address of a file: ${url}`, async (t) => {
    const { client, requests } = await scripted(t, [json(200, { url }), json(200, { file_url: url })])
    await assert.rejects(client.sounds.open(ID), errors.UnexpectedAnswerError)
    await assert.rejects(client.attachments.open(ID), errors.UnexpectedAnswerError)
    assert.equal(requests.length, 2)
  })
}

test('a link without a query spoils no message', async (t) => {
  const bare = (socket, { headers }) => json(200, { url: `http://${headers.host}/files/x` })(socket)
  const { client, url } = await scripted(t, [bare, answer(404, '<Code>NoSuchKey</Code>')])
  await assert.rejects(client.sounds.open(ID), { message: `GET ${url} was answered 404: NoSuchKey` })
})
