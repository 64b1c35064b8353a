import assert from 'node:assert/strict'
import { createReadStream, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import * as errors from '../../dist/esm/index.js'
import { operations } from '../../dist/esm/generated/operations.js'
import { all, called, kate, kevin, newFile, newGroup, other } from './people.mjs'

const ids = (things) => things.map(({ id }) => id)
let group
let conversation_id
let end

before(async () => ({ group, conversation_id, end } = await newGroup()))
after(async () => {
  await end()
  const patterns = Object.values(operations).map(
    ({ method, path }) => `${method} ${path.replaceAll(/\{\w+\}/g, '[^/]+')}`,
  )
  const missed = patterns.filter((pattern) => ![...called].some((call) => new RegExp(`^${pattern}$`).test(call)))
  assert.deepEqual(missed, [], 'operations that no test has called')
})

test('the two people', async () => {
  const me = await kate.me.get()
  assert.match(me.id, /^[0-9A-Za-z]{16}$/)
  assert.notEqual((await kevin.me.get()).id, me.id)
  assert.deepEqual((await kate.me.update({ phone_number: me.phone_number })).phone_number, me.phone_number)
})

test('lists of messages, both ways, over several pages', async () => {
  const sent = []
  for (let i = 0; i < 23; i++) sent.push((await kate.messages.send({ conversation_id, message: `needle ${i}` })).id)
  const newestFirst = [...sent].reverse()
  const page = await kate.messages.list({ conversation_id })
  assert.deepEqual([ids(page.data), page.has_more], [newestFirst.slice(0, 10), true])
  assert.deepEqual(ids(await all(kate.messages.list({ conversation_id, limit: 5 }))), newestFirst)
  assert.deepEqual(ids(await kate.messages.list({ conversation_id, limit: 5 }).collect(12)), newestFirst.slice(0, 12))
  assert.deepEqual(
    ids(await all(kate.messages.list({ conversation_id, starting_after: sent[20] }))),
    newestFirst.slice(3),
  )
  const backwards = kate.messages.list({ conversation_id, ending_before: sent[0], limit: 5 })
  assert.deepEqual(ids(await all(backwards)), sent.slice(1))
  const pages = await all(kate.messages.list({ conversation_id, limit: 10 }).pages())
  assert.deepEqual(
    pages.map(({ data }) => data.length),
    [10, 10, 3],
  )
  const search = { query: 'needle', conversation_id, limit: 4 }
  assert.deepEqual(ids(await all(kate.messages.search(search))), newestFirst)
  assert.deepEqual(ids(await all(kate.messages.search({ ...search, ending_before: sent[0] }))), sent.slice(1))
  assert.deepEqual(await all(kate.messages.search({ ...search, query: 'haystack' })), [])
})

test('a message', async () => {
  const sent = await kate.messages.create({ conversation_id, message: 'Merry Christmas 🎄' })
  assert.equal((await kevin.messages.get(sent.id)).message, 'Merry Christmas 🎄')
  assert.equal((await kate.messages.update(sent.id, { message: 'Happy Easter' })).message, 'Happy Easter')
  const { username } = await kevin.me.get()
  assert.deepEqual((await kevin.messages.addReaction(sent.id, '❤️')).reactions, [{ '❤️': [username] }])
  assert.equal(await kevin.messages.removeReaction(sent.id, '❤️'), undefined)
  assert.equal((await kevin.conversations.markRead(conversation_id, { message_id: sent.id })).unread_count, 0)
  assert.equal(
    (await kate.conversations.update(conversation_id, { pinned_message_id: sent.id })).pinned_message_id,
    sent.id,
  )
  await assert.rejects(kevin.messages.update(sent.id, { message: 'Mine' }), errors.PermissionDeniedError)
  assert.equal(await kate.messages.delete(sent.id), undefined)
  await assert.rejects(kate.messages.get(sent.id), errors.NotFoundError)
})

test('conversations', async () => {
  assert.equal((await kate.conversations.get(conversation_id)).group_id, group.id)
  assert.deepEqual(ids(await all(kate.conversations.list({ group_id: group.id }))), [conversation_id])
  assert.equal(
    (await kate.conversations.update(conversation_id, { is_muted: true, archived_at: 1700000000 })).is_muted,
    true,
  )
  assert.equal((await kate.conversations.update(conversation_id, { archived_at: null })).archived_at, null)
  assert.ok(ids(await all(kate.conversations.list({ muted: true, limit: 1 }))).includes(conversation_id))
})

test('contacts, and their conversation', async () => {
  const given = { username: `client-${Date.now()}`, phone_number: '+1 202 555 0199' }
  const created = await kate.contacts.create(given).withResponse()
  assert.equal(created.response.status, 201)
  const { id } = created.data
  assert.equal((await kate.contacts.create(given).withResponse()).response.status, 200)
  await assert.rejects(kate.contacts.create({ ...given, phone_number: '+1 202 555 0188' }), { code: 'username_taken' })
  assert.equal((await kate.contacts.update(id, { display_name: 'Buzz' })).display_name, 'Buzz')
  const { conversation_id } = await kate.contacts.get(id)
  assert.ok(ids(await all(kate.contacts.list({ limit: 1 }))).includes(id))
  await kate.conversations.delete(conversation_id)
  assert.equal((await kate.contacts.get(id)).conversation_id, null)
  assert.notEqual((await kate.conversations.create({ contact_id: id })).id, conversation_id)
  assert.equal(await kate.contacts.delete(id), undefined)
  await assert.rejects(kate.contacts.get(id), errors.NotFoundError)
})

test('groups', async () => {
  const { group, end } = await newGroup()
  assert.equal((await kate.groups.update(group.id, { description: 'Of a test' })).description, 'Of a test')
  assert.equal((await kevin.groups.get(group.id)).contacts.length, 2)
  assert.ok(ids(await all(kevin.groups.list({ limit: 1 }))).includes(group.id))
  assert.equal(await kevin.groups.leave(group.id), undefined)
  await assert.rejects(kevin.groups.get(group.id), errors.NotFoundError)
  await end()
})

test('a key does nothing twice', async () => {
  const options = { idempotencyKey: `client-${Date.now()}` }
  const first = await kate.messages.send({ conversation_id, message: 'once' }, options)
  const second = await kate.messages.send({ conversation_id, message: 'once' }, options).withResponse()
  assert.equal(second.data.id, first.id)
  assert.equal(second.response.headers.get('idempotent-replayed'), 'true')
  await assert.rejects(kate.messages.send({ conversation_id, message: 'twice' }, options), (caught) => {
    assert.ok(caught instanceof errors.UnprocessableEntityError)
    assert.equal(caught.code, 'idempotency_key_reused')
    return true
  })
})

test('a small file', async () => {
  const file = newFile('Café "1".txt', 1000)
  for (const source of [file.path, file.bytes, createReadStream(file.path)]) {
    const uploaded = await kate.attachments.upload(source, { filename: 'Café "1".txt' })
    assert.deepEqual([uploaded.filename, uploaded.file_size], ['Café "1".txt', 1000])
    assert.ok(!('upload' in uploaded))
    assert.deepEqual(await (await kate.attachments.open(uploaded.id)).bytes(), file.bytes)
    await kate.attachments.delete(uploaded.id)
  }
  file.end()
})

test('a large file', async () => {
  const size = 5 * 1024 * 1024
  const file = newFile('large.bin', size)
  for (const source of [file.path, file.bytes, createReadStream(file.path)]) {
    const uploaded = await kate.attachments.upload(source, { filename: 'large.bin', file_size: size })
    assert.equal(uploaded.file_size, size)
    const saved = join(file.folder, 'saved.bin')
    await (await kate.attachments.open(uploaded.id)).saveTo(saved)
    assert.ok(readFileSync(saved).equals(file.bytes))
    assert.deepEqual(readdirSync(file.folder).sort(), ['large.bin', 'saved.bin'])
    await kate.attachments.delete(uploaded.id)
  }
  file.end()
})

test('a large upload whose answer is lost is stored once', async () => {
  const bytes = new Uint8Array(5 * 1024 * 1024).fill(1)
  let lost = 0
  const fetch = async (url, init) => {
    const response = await globalThis.fetch(url, init)
    if (init.method === 'PUT' && lost++ === 0) throw new Error('the answer is lost')
    return response
  }
  const client = other(process.env.PROTOCOL_API_TOKENS.split(',')[0], { fetch })
  const { id } = await client.attachments.upload(bytes, { filename: 'a.bin' })
  assert.equal(lost, 1)
  assert.deepEqual(await (await client.attachments.open(id)).bytes(), bytes)
  await client.attachments.delete(id)
})

test('what the storage has is not exchanged: 412', async () => {
  const bytes = new Uint8Array(5 * 1024 * 1024)
  const repeated = async (url, init) => {
    if (init.method === 'PUT') await (await globalThis.fetch(url, init)).text()
    return globalThis.fetch(url, init)
  }
  const client = other(process.env.PROTOCOL_API_TOKENS.split(',')[0], { fetch: repeated })
  await assert.rejects(client.attachments.upload(bytes, { filename: 'a.bin' }), { status: 412 })
})

test('an attachment that is sent', async () => {
  const { id } = await kate.attachments.upload(new TextEncoder().encode('hello'), { filename: 'a.txt' })
  const message = await kate.messages.send({ conversation_id, message: 'see', attachments: [id] })
  assert.equal(message.attachments.length, 1)
  assert.equal((await kate.attachments.update(id, { filename: 'b.txt' })).filename, 'b.txt')
  const opened = await kevin.attachments.open(id)
  assert.deepEqual([opened.filename, opened.file_size, await opened.text()], ['b.txt', 5, 'hello'])
  assert.deepEqual(ids(await all(kevin.attachments.list({ conversation_id }))), [id])
  assert.equal((await kevin.attachments.get(id)).message_id, message.id)
})

test('the catalogue', async (t) => {
  const sounds = await all(kate.sounds.list({ limit: 25 }))
  const [first] = sounds
  if (!first) return t.skip('it is empty')
  assert.deepEqual(
    await kate.sounds
      .list({ limit: 25, ending_before: sounds.at(-1).id })
      .collect(3)
      .then(ids),
    ids(sounds.slice(-4, -1).reverse()),
  )
  assert.ok(ids(await all(kate.sounds.search({ query: first.title }))).includes(first.id))
  const tags = (await all(kate.sounds.listTags({ limit: 30 }))).map(({ name }) => name)
  const backwards = await all(kate.sounds.listTags({ limit: 30, ending_before: tags.at(-1) }))
  assert.deepEqual(
    backwards.map(({ name }) => name),
    tags.slice(0, -1).reverse(),
  )
  assert.ok((await all(kate.sounds.listSimilar(first.id)))[0].similarity <= 1)
  const { preview_url: _, ...known } = first
  const { preview_url: __, ...got } = await kate.sounds.get(first.id)
  assert.deepEqual(got, known)
  assert.match((await kate.sounds.download(first.id)).url, /^http/)
  const playlist = (await kate.playlists.list()).data[0]
  const full = await kate.playlists.get(playlist.id, { limit: 1 })
  assert.equal(full.name, playlist.name)
  assert.equal((await all(kate.playlists.get(playlist.id, { limit: 5 }))).length, playlist.sound_count)
  assert.ok(ids(await all(kate.playlists.search({ query: playlist.name }))).includes(playlist.id))
  assert.ok((await all(kate.themes.list({ limit: 3 }))).length > 0)
})

test('a sound, as a file', async (t) => {
  const [sound] = await kate.sounds.list({ limit: 1 }).collect(1)
  if (!sound) return t.skip('there is none')
  const { folder, end } = newFile('x', 1)
  const opened = await kate.sounds.open(sound.id)
  assert.deepEqual([opened.file_type, opened.file_size], [sound.file_type, sound.file_size])
  assert.ok(opened.filename.includes('.'), opened.filename)
  await opened.saveTo(join(folder, opened.filename))
  assert.equal(readFileSync(join(folder, opened.filename)).length, sound.file_size)
  end()
})

test('errors', async () => {
  await assert.rejects(other('ptc_nonsense').me.get(), (caught) => {
    assert.ok(caught instanceof errors.AuthenticationError)
    assert.equal(caught.code, 'token_invalid')
    assert.match(caught.request_id, /^[0-9a-f-]{36}$/)
    assert.equal(caught.request_id, caught.headers.get('x-request-id'))
    assert.match(caught.documentation_url, /^https?:.*token_invalid$/)
    return true
  })
  await assert.rejects(kate.conversations.list({ limit: 101 }), (caught) => {
    assert.ok(caught instanceof errors.BadRequestError)
    assert.deepEqual([caught.type, caught.code, caught.param], ['invalid_request', 'parameter_invalid', 'limit'])
    return true
  })
  await assert.rejects(kate.conversations.list({ mutde: true }), { code: 'parameter_unknown', param: 'mutde' })
  await assert.rejects(kate.conversations.list({ starting_after: 'nonsense' }), { code: 'cursor_invalid' })
  await assert.rejects(kate.messages.send({ conversation_id }), { code: 'parameter_missing', param: 'message' })
  await assert.rejects(kate.conversations.delete('xgQQXg3hrtjh7AvZ'), { code: 'resource_missing' })
})

test('whatever a query holds arrives', async () => {
  for (const text of ['a+b & c=d', '100%', '#1 ?', 'ü 東京 🎄', '"two words"']) {
    await kate.messages.send({ conversation_id, message: `so ${text} it is` })
    const [found] = await kate.messages.search({ query: text, conversation_id, limit: 1 }).collect(1)
    assert.equal(found?.message, `so ${text} it is`)
  }
})
