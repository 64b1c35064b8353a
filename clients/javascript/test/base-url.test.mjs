import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import ApiClient, { ApiClientError } from '../dist/esm/index.js'
import { TOKEN } from './socket.mjs'

const ID = 'L1oJX5jtSTjvjYv7'
const before = process.env.PROTOCOL_API_URL

beforeEach(() => delete process.env.PROTOCOL_API_URL)
afterEach(() => {
  if (before === undefined) delete process.env.PROTOCOL_API_URL
  else process.env.PROTOCOL_API_URL = before
})

/** Where a client sends a call. */
async function sentTo(options) {
  const urls = []
  const fetch = async (url) => (urls.push(url), Response.json({}))
  await new ApiClient(TOKEN, { ...options, fetch }).conversations.get(ID)
  return urls[0].replace(`/v1/conversations/${ID}`, '')
}

test('the option comes first, then the environment, then this machine', async () => {
  assert.equal(await sentTo({}), 'http://127.0.0.1:9000')
  process.env.PROTOCOL_API_URL = ''
  assert.equal(await sentTo({}), 'http://127.0.0.1:9000')
  process.env.PROTOCOL_API_URL = 'https://env.example.com'
  assert.equal(await sentTo({}), 'https://env.example.com')
  assert.equal(await sentTo({ baseUrl: undefined }), 'https://env.example.com')
  assert.equal(await sentTo({ baseUrl: 'https://option.example.com' }), 'https://option.example.com')
})

test('the environment is held to the same rules', () => {
  process.env.PROTOCOL_API_URL = 'http://env.example.com'
  assert.throws(() => new ApiClient(TOKEN), /travel/)
})

test('where there is no environment, it is this machine', async () => {
  const { process: own } = globalThis
  try {
    delete globalThis.process
    assert.equal(await sentTo({}), 'http://127.0.0.1:9000')
  } finally {
    globalThis.process = own
  }
})

for (const [given, expected] of Object.entries({
  'https://api.example.com': 'https://api.example.com',
  'https://api.example.com/': 'https://api.example.com',
  'https://api.example.com//': 'https://api.example.com',
  'https://api.example.com:8443': 'https://api.example.com:8443',
  'https://example.com/protocol': 'https://example.com/protocol',
  'https://example.com/protocol/': 'https://example.com/protocol',
  'https://example.com/a/b/': 'https://example.com/a/b',
  'HTTPS://EXAMPLE.com': 'https://example.com',
})) {
  test(`baseUrl ${given}`, async () => assert.equal(await sentTo({ baseUrl: given }), expected))
}

for (const baseUrl of [
  'http://127.0.0.1',
  'http://127.0.0.1:9000/x',
  'http://127.8.9.1',
  'http://localhost:1',
  'http://[::1]:9000',
]) {
  test(`plain http to this machine: ${baseUrl}`, async () => assert.equal(await sentTo({ baseUrl }), baseUrl))
}

for (const baseUrl of [
  'http://api.example.com',
  'http://10.0.0.1',
  'http://128.0.0.1',
  'http://127.0.0.1.example.com',
  'http://localhost.example.com',
  'http://[::2]',
  'http://0.0.0.0',
]) {
  test(`plain http to another machine: ${baseUrl}`, async () => {
    assert.throws(() => new ApiClient(TOKEN, { baseUrl }), ApiClientError)
    assert.throws(() => new ApiClient(TOKEN, { baseUrl, allowHttp: false }), ApiClientError)
    assert.equal(await sentTo({ baseUrl, allowHttp: true }), baseUrl)
  })
}

for (const baseUrl of [
  '',
  'api.example.com',
  'ftp://example.com',
  'https://u:p@example.com',
  'https://e.com?a=1',
  'https://e.com#a',
  '/v1',
]) {
  test(`no baseUrl: ${baseUrl}`, () => assert.throws(() => new ApiClient(TOKEN, { baseUrl }), ApiClientError))
}

test('what a wrong baseUrl holds is not shown', () => {
  assert.throws(
    () => new ApiClient(TOKEN, { baseUrl: 'https://user:hidden@example.com' }),
    (error) => !/hidden/.test(error.stack),
  )
})

for (const token of [undefined, null, '', ' ', 42, 'ptc_hidden\n', 'ptc_hidden ü', 'Bearer hidden']) {
  test(`no token: ${JSON.stringify(token)}`, () => {
    assert.throws(
      () => new ApiClient(token),
      (error) => error instanceof ApiClientError && !/hidden/.test(error.stack),
    )
  })
}

for (const options of [
  { timeout: 0 },
  { timeout: -1 },
  { timeout: NaN },
  { timeout: '5' },
  { maxRetries: -1 },
  { maxRetries: 1.5 },
]) {
  test(`options that make no sense: ${JSON.stringify(options)}`, async () => {
    assert.throws(() => new ApiClient(TOKEN, options), ApiClientError)
    await assert.rejects(new ApiClient(TOKEN).me.get(options), ApiClientError)
  })
}
