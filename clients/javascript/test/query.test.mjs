// Whatever is asked for, the API must read the same: checked with values made at random, from seeds that are shown.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { queryOf, splitParams } from '../dist/esm/core/url.js'

/** Mulberry32: numbers from 0 to 1 that depend on the seed only. */
function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

function maker(next) {
  const whole = (end) => Math.floor(next() * end)
  const alphabet = [...'abc019 +&=%#?/[]"\'\\;:,.~!*()-_\n\u0000\u00e4\u6771🎄\u200d']
  const text = () => Array.from({ length: whole(8) }, () => alphabet[whole(alphabet.length)]).join('')
  const scalar = () => [text, () => whole(1e9), () => next() < 0.5, () => null][whole(4)]()
  const name = () => 'abcdefgh'[whole(8)] + '_id'.slice(0, whole(4))
  const value = () => (next() < 0.7 ? scalar() : Array.from({ length: whole(4) }, scalar))
  return () => Object.fromEntries(Array.from({ length: whole(5) }, () => [name(), value()]))
}

/** What a server reads, as a form: what `queryOf` should have written. */
const read = (query) => [...new URLSearchParams(query)]
const shown = (value) => (value === null ? '' : String(value))
const expected = (params) =>
  Object.entries(params).flatMap(([name, value]) =>
    Array.isArray(value) ? value.map((item) => [`${name}[]`, shown(item)]) : [[name, shown(value)]],
  )

test('a server reads what was written, whichever way it reads a plus', () => {
  for (let seed = 0; seed < 2000; seed++) {
    const params = maker(random(seed))()
    const query = queryOf(params)
    const wanted = expected(params)
    assert.deepEqual(read(query), wanted, `seed ${seed}`)
    // As a reader of addresses does, to whom a plus is a plus.
    const pieces = query === '' ? [] : query.slice(1).split('&')
    assert.deepEqual(
      pieces.map((piece) => piece.split('=').map(decodeURIComponent)),
      wanted,
      `seed ${seed}`,
    )
    assert.ok(query === '' || /^\?[\x21-\x7e]+$/.test(query), `seed ${seed}`)
    // An address is what it was after somebody has taken it apart.
    assert.equal(new URL(`http://x/y${query}`).href, `http://x/y${query}`, `seed ${seed}`)
  }
})

test('what is split comes together again', () => {
  for (let seed = 0; seed < 500; seed++) {
    const next = random(seed)
    const params = maker(next)()
    const inQuery = Object.keys(params).filter(() => next() < 0.5)
    for (const method of ['GET', 'POST', 'PUT', 'DELETE']) {
      const { query, body } = splitParams({ id: 'x', method, path: '/', query: inQuery, list: false }, params)
      assert.deepEqual({ ...query, ...body }, params, `seed ${seed}`)
      const hasBody = method === 'POST' || method === 'PUT'
      assert.deepEqual(Object.keys(query).sort(), (hasBody ? inQuery : Object.keys(params)).sort(), `seed ${seed}`)
      assert.notDeepEqual(body, {}, 'an empty body is none')
    }
  }
})

test('lists and maps, and what is neither these nor a scalar', () => {
  assert.equal(queryOf({}), '')
  assert.equal(queryOf({ a: undefined, b: [] }), '')
  assert.equal(queryOf({ expand: ['contact', 'group'], limit: 5 }), '?expand%5B%5D=contact&expand%5B%5D=group&limit=5')
  assert.deepEqual(read(queryOf({ metadata: { kind: 'a b', 'x.y': null, none: undefined } })), [
    ['metadata[kind]', 'a b'],
    ['metadata[x.y]', ''],
  ])
  assert.deepEqual(read(queryOf({ a: 1n, b: Object.assign(Object.create(null), { c: 2 }) })), [
    ['a', '1'],
    ['b[c]', '2'],
  ])
  class Other {}
  for (const value of ['a\ud800', NaN, Infinity, new Date(), new Other(), new Map(), () => {}, Symbol('s'), [NaN]]) {
    assert.throws(() => queryOf({ name: value }), { name: 'ApiClientError', message: /^name/ })
  }
})
