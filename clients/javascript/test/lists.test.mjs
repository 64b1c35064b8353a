import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApiClientError, List, NotFoundError, UnexpectedAnswerError } from '../dist/esm/index.js'
import { answer, error, hangUp, json, page, scripted } from './socket.mjs'

const items = (...ids) => ids.map((id) => ({ id }))
const ids = (things) => things.map(({ id }) => id)
const queries = (requests) => requests.map(({ path }) => decodeURIComponent(path.split('?')[1] ?? ''))

async function all(iterable) {
  const got = []
  for await (const item of iterable) got.push(item)
  return got
}

const three = () => [page(items('f', 'e'), 'cur_1'), page(items('d', 'c'), 'cur_2'), page(items('b'))]

test('a list that is awaited is one page', async (t) => {
  const { client, requests } = await scripted(t, three())
  const list = client.conversations.list({ limit: 2 })
  assert.ok(list instanceof List)
  assert.deepEqual(await list, { has_more: true, data: items('f', 'e'), next_cursor: 'cur_1' })
  await list
  assert.equal(requests.length, 1)
})

test('a list that is iterated goes to the end, by next_cursor and with the same filters', async (t) => {
  const { client, requests } = await scripted(t, three())
  assert.deepEqual(ids(await all(client.conversations.list({ limit: 2, muted: true }))), ['f', 'e', 'd', 'c', 'b'])
  assert.deepEqual(queries(requests), [
    'limit=2&muted=true',
    'limit=2&muted=true&starting_after=cur_1',
    'limit=2&muted=true&starting_after=cur_2',
  ])
})

test('a list begins where it is told', async (t) => {
  const { client, requests } = await scripted(t, three())
  await all(client.conversations.list({ starting_after: 'g' }))
  assert.deepEqual(queries(requests), ['starting_after=g', 'starting_after=cur_1', 'starting_after=cur_2'])
})

test('a list that is not read asks for nothing', async (t) => {
  const { client, requests } = await scripted(t, three())
  const list = client.conversations.list()
  list[Symbol.asyncIterator]()
  list.pages()
  await client.conversations.list()
  assert.equal(requests.length, 1)
})

test('no page is asked for before the items of the last one have been taken', async (t) => {
  const { client, requests } = await scripted(t, three())
  const read = client.conversations.list()[Symbol.asyncIterator]()
  const seen = []
  for (let next = await read.next(); !next.done; next = await read.next()) seen.push(requests.length)
  assert.deepEqual(seen, [1, 1, 2, 2, 3])
})

test('who stops reading asks for no more', async (t) => {
  const { client, requests } = await scripted(t, three())
  for await (const { id } of client.conversations.list()) if (id === 'e') break
  for await (const { data } of client.conversations.list().pages()) if (data) break
  assert.equal(requests.length, 2)
})

test('who has awaited the first page does not ask for it again', async (t) => {
  const { client, requests } = await scripted(t, three())
  const list = client.conversations.list()
  assert.equal((await list).next_cursor, 'cur_1')
  assert.deepEqual(ids(await all(list)), ['f', 'e', 'd', 'c', 'b'])
  assert.equal(requests.length, 3)
})

test('pages', async (t) => {
  const { client } = await scripted(t, three())
  const pages = await all(client.conversations.list().pages())
  assert.deepEqual(
    pages.map(({ data }) => ids(data).join('')),
    ['fe', 'dc', 'b'],
  )
})

test('the last page is the last, whatever its cursor', async (t) => {
  const { client, requests } = await scripted(t, [page(items('a'), 'cur_9', false), page(items('b'), null, true)])
  assert.deepEqual(ids(await all(client.conversations.list())), ['a'])
  assert.deepEqual(ids(await all(client.conversations.list())), ['b'])
  assert.equal(requests.length, 2)
})

test('an empty list', async (t) => {
  const { client } = await scripted(t, [page([])])
  assert.deepEqual(await all(client.conversations.list()), [])
})

test('a search goes on over short and empty pages', async (t) => {
  const { client, requests } = await scripted(t, [
    page([], 'cur_1'),
    page(items('a'), 'cur_2'),
    page([], 'cur_3'),
    page(items('b')),
  ])
  assert.deepEqual(ids(await all(client.messages.search({ query: 'x' }))), ['a', 'b'])
  assert.equal(queries(requests)[3], 'query=x&starting_after=cur_3')
})

test('backwards, by the first item of each page, items in the direction of travel', async (t) => {
  const answers = [page(items('c', 'b'), 'b', true), page(items('e', 'd'), 'd', true), page(items('f'), 'f', false)]
  const { client, requests } = await scripted(t, answers)
  assert.deepEqual(ids(await all(client.messages.list({ ending_before: 'a', limit: 2 }))), ['b', 'c', 'd', 'e', 'f'])
  assert.deepEqual(queries(requests), ['ending_before=a&limit=2', 'ending_before=c&limit=2', 'ending_before=e&limit=2'])
})

test('backwards, a page is as the API gives it', async (t) => {
  const { client } = await scripted(t, [page(items('c', 'b'), 'b', true), page([], null, true)])
  const list = client.messages.list({ ending_before: 'a' })
  assert.deepEqual(ids((await list).data), ['c', 'b'])
  assert.deepEqual(
    (await all(list.pages())).map(({ data }) => ids(data).join('')),
    ['cb', ''],
  )
})

test('backwards, a search goes on over empty pages', async (t) => {
  const { client, requests } = await scripted(t, [page([], 'cur_1'), page(items('b'), 'cur_2'), page([], null)])
  assert.deepEqual(ids(await all(client.messages.search({ query: 'x', ending_before: 'a' }))), ['b'])
  assert.deepEqual(queries(requests), [
    'query=x&ending_before=a',
    'query=x&ending_before=cur_1',
    'query=x&ending_before=b',
  ])
})

test('backwards, tags go by their names', async (t) => {
  const { client, requests } = await scripted(t, [page([{ name: 'rain', count: 2 }], 'rain', true), page([])])
  await all(client.sounds.listTags({ ending_before: 'wind' }))
  assert.deepEqual(queries(requests), ['ending_before=wind', 'ending_before=rain'])
})

test('backwards, items without a name are an error rather than the wrong end', async (t) => {
  const { client } = await scripted(t, [page([{ contact: {} }], null, true)])
  await assert.rejects(all(client.messages.list({ ending_before: 'a' })), ApiClientError)
})

test('undefined is no position', async (t) => {
  const { client } = await scripted(t, three())
  assert.deepEqual(ids(await all(client.conversations.list({ ending_before: undefined }))), ['f', 'e', 'd', 'c', 'b'])
})

test('collect takes as many as it is told, and asks for no page beyond', async (t) => {
  const { client, requests } = await scripted(t, [...three(), ...three()])
  assert.deepEqual(ids(await client.conversations.list().collect(3)), ['f', 'e', 'd'])
  assert.equal(requests.length, 2)
  assert.deepEqual(await client.conversations.list().collect(0), [])
  assert.equal(requests.length, 2)
})

test('collect takes what there is', async (t) => {
  const { client, requests } = await scripted(t, three())
  assert.equal((await client.conversations.list().collect(100)).length, 5)
  assert.equal(requests.length, 3)
})

for (const limit of [undefined, -1, NaN, Infinity, 1.5, '3']) {
  test(`collect(${limit}) is refused`, async (t) => {
    const { client, requests } = await scripted(t, [])
    await assert.rejects(client.conversations.list().collect(limit), ApiClientError)
    assert.equal(requests.length, 0)
  })
}

test('a page that fails is tried again, and then thrown where it is read', async (t) => {
  const [first, second] = three()
  const { client } = await scripted(t, [first, hangUp, second, error(404, 'resource_missing')])
  const seen = []
  const reading = (async () => {
    for await (const { id } of client.conversations.list()) seen.push(id)
  })()
  await assert.rejects(reading, NotFoundError)
  assert.deepEqual(seen, ['f', 'e', 'd', 'c'])
})

test('a list with more attributes than a page has', async (t) => {
  const playlist = (data, next_cursor) => page(data, next_cursor)
  const { client, requests } = await scripted(t, [playlist(items('b'), 'b'), playlist(items('a'), null)])
  assert.deepEqual(ids(await all(client.playlists.get('L1rXcGu2Qa6NzRwe', { limit: 1 }))), ['b', 'a'])
  assert.equal(requests[1].path, '/v1/playlists/L1rXcGu2Qa6NzRwe?limit=1&starting_after=b')
})

test('the options of a list are those of each page', async (t) => {
  const { client, requests } = await scripted(t, [page(items('a'), 'a'), hangUp, page([])])
  await assert.rejects(all(client.conversations.list({}, { maxRetries: 0 })))
  assert.equal(requests.length, 2)
})

for (const [name, given, params] of [
  ['forwards', page(items('b'), 'cur_1'), { starting_after: 'cur_1' }],
  ['forwards, from the second page on', page(items('b'), 'cur_1'), {}],
  ['backwards', page(items('b'), 'b'), { ending_before: 'b' }],
  ['backwards, over empty pages', page([], 'cur_1'), { ending_before: 'a' }],
]) {
  test(`a list that does not go on is an error: ${name}`, async (t) => {
    const { client, requests } = await scripted(t, Array(9).fill(given))
    await assert.rejects(all(client.messages.list(params)), (caught) => {
      assert.equal(caught.constructor, UnexpectedAnswerError)
      assert.deepEqual([caught.status, caught.request_id], [200, 'req'])
      assert.match(caught.message, /^listMessages: the list does not go on/)
      return true
    })
    assert.ok(requests.length <= 2)
  })
}

for (const [name, given] of Object.entries({
  null: json(200, null),
  'an array': json(200, []),
  'no data': json(200, { message: 'x' }),
  'data of another kind': json(200, { has_more: true, data: {}, next_cursor: 'a' }),
  'no content': answer(204),
})) {
  test(`a list that is answered with ${name} is an error`, async (t) => {
    const { client, requests } = await scripted(t, [given, given])
    await assert.rejects(all(client.messages.list()), UnexpectedAnswerError)
    await assert.rejects(client.messages.list(), UnexpectedAnswerError)
    assert.equal(requests.length, 2)
  })
}

test('backwards, an item that is null is an error of ours', async (t) => {
  const { client } = await scripted(t, [page([null], 'a')])
  await assert.rejects(all(client.messages.list({ ending_before: 'b' })), UnexpectedAnswerError)
})
