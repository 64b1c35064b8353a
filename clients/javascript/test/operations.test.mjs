// Every operation of the API's description is a method of the client that sends what the description says.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import ApiClient, { List, Result } from '../dist/esm/index.js'
import { TOKEN } from './socket.mjs'

const document = JSON.parse(readFileSync(new URL('../../../reference/openapi.json', import.meta.url)))
const METHODS = ['get', 'post', 'put', 'delete']

const resolve = (thing) =>
  thing?.$ref
    ? resolve(
        thing.$ref
          .slice(2)
          .split('/')
          .reduce((at, key) => at[key], document),
      )
    : thing

const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  METHODS.filter((method) => item[method]).map((method) => {
    const operation = item[method]
    const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map(resolve)
    const body = resolve(resolve(operation.requestBody)?.content['application/json']?.schema)
    const answer = resolve(resolve(operation.responses['200'])?.content?.['application/json']?.schema)
    const attributes = Object.keys(answer?.properties ?? {})
    return {
      ...operation,
      path,
      method: method.toUpperCase(),
      inPath: [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name),
      inQuery: parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name),
      inBody: body ? Object.keys(body.properties) : undefined,
      isList: ['has_more', 'data', 'next_cursor'].every((name) => attributes.includes(name)),
    }
  }),
)

const lower = (text) => text[0].toLowerCase() + text.slice(1)
const resourceOf = ({ tags: [tag] }) => lower(tag.replaceAll(/\s+(\w)/g, (_, letter) => letter.toUpperCase()))

/** The operation's id without the words of its tag. */
function methodOf({ operationId, tags: [tag] }) {
  const words = operationId.split(/(?=[A-Z])/)
  const ofTag = tag.split(/\s+/).flatMap((word) => [word, word.replace(/s$/, '')])
  return lower(words.filter((word, i) => i === 0 || !ofTag.includes(word)).join(''))
}

/** Calls a method with a `fetch` that answers whatever is asked. */
async function sent(resource, method, args) {
  const requests = []
  const fetch = async (url, init) => {
    requests.push({
      url: new URL(url),
      method: init.method,
      headers: init.headers,
      body: init.body && JSON.parse(init.body),
    })
    return Response.json({ has_more: false, data: [], next_cursor: null })
  }
  const call = new ApiClient(TOKEN, { baseUrl: 'https://api.example.com/prefix', fetch })[resource][method](...args)
  await call
  assert.equal(requests.length, 1)
  return { ...requests[0], call }
}

test('the description has operations', () => assert.ok(operations.length >= 41, `${operations.length}`))

for (const operation of operations) {
  const names = [methodOf(operation), ...(operation['x-aliases'] ?? [])]
  for (const name of names) {
    test(`${operation.operationId} is ${resourceOf(operation)}.${name}`, async () => {
      const values = operation.inPath.map((parameter) => `value-of-${parameter}`)
      const hasParams = operation.inQuery.length > 0 || operation.inBody !== undefined
      const params = Object.fromEntries(
        [...operation.inQuery, ...(operation.inBody ?? [])].map((key) => [key, `its-${key}`]),
      )
      const options = { idempotencyKey: 'key-of-the-call' }
      const args = [...values, ...(hasParams ? [params] : []), options]
      const request = await sent(resourceOf(operation), name, args)
      assert.equal(request.method, operation.method)
      const path = operation.path.replaceAll(/\{(\w+)\}/g, 'value-of-$1')
      assert.equal(request.url.pathname, `/prefix${path}`)
      assert.deepEqual(
        [...request.url.searchParams],
        operation.inQuery.map((key) => [key, `its-${key}`]),
      )
      const body = operation.inBody?.length
        ? Object.fromEntries(operation.inBody.map((key) => [key, `its-${key}`]))
        : null
      assert.deepEqual(request.body, body)
      const isPost = operation.method === 'POST'
      assert.equal(
        request.headers.get('idempotency-key'),
        isPost ? 'key-of-the-call' : null,
        'options are the last argument',
      )
      assert.ok(request.call instanceof (operation.isList ? List : Result))
    })
  }
}

test('the client has no method that is no operation', () => {
  const client = new ApiClient(TOKEN)
  const known = new Set(
    operations.flatMap((operation) => {
      const names = [methodOf(operation), ...(operation['x-aliases'] ?? [])]
      return names.map((name) => `${resourceOf(operation)}.${name}`)
    }),
  )
  const own = new Set(['constructor', 'call_', 'list_'])
  const found = Object.entries(client).flatMap(([resource, its]) => {
    const names = new Set()
    for (let at = its; at !== Object.prototype; at = Object.getPrototypeOf(at)) {
      Object.getOwnPropertyNames(at)
        .filter((name) => !own.has(name))
        .forEach((name) => names.add(name))
    }
    return [...names].map((name) => `${resource}.${name}`)
  })
  // Made of other operations, by hand.
  const files = ['attachments.upload', 'attachments.open', 'sounds.open']
  assert.deepEqual(found.sort(), [...known, ...files].sort())
})

test('each resource can be overlooked by nobody: they are attributes of the client', () => {
  assert.deepEqual(Object.keys(new ApiClient(TOKEN)).sort(), [...new Set(operations.map(resourceOf))].sort())
})
