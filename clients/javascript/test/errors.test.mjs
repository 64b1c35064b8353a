import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as errors from '../dist/esm/index.js'
import { answer, error, halfBody, hangUp, json, rawAnswer, scripted } from './socket.mjs'

const ID = 'L1oJX5jtSTjvjYv7'
const once = { maxRetries: 0 }

async function failure(t, given, options = once) {
  const { client } = await scripted(t, [given], options)
  return client.conversations.get(ID).then(
    () => assert.fail('it succeeded'),
    (caught) => caught,
  )
}

const classes = {
  400: 'BadRequestError',
  401: 'AuthenticationError',
  403: 'PermissionDeniedError',
  404: 'NotFoundError',
  405: 'ApiError',
  409: 'ConflictError',
  410: 'GoneError',
  413: 'PayloadTooLargeError',
  415: 'ApiError',
  422: 'UnprocessableEntityError',
  429: 'RateLimitError',
  500: 'ServerError',
  502: 'ServerError',
  503: 'ServerError',
  504: 'ServerError',
  599: 'ServerError',
}
for (const [status, name] of Object.entries(classes)) {
  for (const [form, given] of Object.entries({
    'of the API': error(Number(status), 'some_code'),
    'of the gateway': json(Number(status), { message: 'Whatever' }),
    'in HTML': answer(Number(status), '<html></html>', { 'content-type': 'text/html' }),
    'without a body': answer(Number(status)),
  })) {
    test(`${status} ${form} is ${name}`, async (t) => {
      const caught = await failure(t, given)
      assert.equal(caught.constructor, errors[name])
      assert.equal(caught.name, name)
      assert.ok(caught instanceof errors.ApiError && caught instanceof errors.ApiClientError && caught instanceof Error)
      assert.equal(caught.status, Number(status))
      assert.ok(caught.stack.startsWith(`${name}: ${caught.message}`), caught.stack)
    })
  }
}

test('an error has what the API says', async (t) => {
  const body = {
    type: 'invalid_request',
    code: 'parameter_invalid',
    message: 'limit must be between 1 and 100.',
    param: 'limit',
    documentation_url: 'https://api.example.com/docs#parameter_invalid',
    request_id: '2f6f4bd1-3b36-4c0c-b4f2-5a5f0a7d3c55',
  }
  const headers = { 'x-request-id': body.request_id, 'apigw-requestid': 'gateway', 'retry-after': '7' }
  const caught = await failure(t, json(400, body, headers))
  const { type, code, message, param, documentation_url, request_id } = caught
  assert.deepEqual({ type, code, message, param, documentation_url, request_id }, body)
  assert.equal(caught.headers.get('retry-after'), '7')
})

test('a code and a type that are new are passed through', async (t) => {
  const caught = await failure(t, json(418, { type: 'teapot', code: 'is_a_teapot', message: 'No.', more: [1] }))
  assert.deepEqual([caught.type, caught.code, caught.message], ['teapot', 'is_a_teapot', 'No.'])
})

test('an error of the gateway has its message and its id', async (t) => {
  const headers = { 'x-request-id': undefined, 'apigw-requestid': 'gateway' }
  delete headers['x-request-id']
  const body = JSON.stringify({ message: 'Too Many Requests' })
  const caught = await failure(t, answer(429, body, { 'content-type': 'application/json', ...headers }))
  assert.equal(caught.message, 'Too Many Requests')
  assert.equal(caught.request_id, 'gateway')
  assert.deepEqual([caught.type, caught.code, caught.param, caught.documentation_url], [null, null, null, null])
})

test('an error in HTML says what came, and not too much of it', async (t) => {
  const caught = await failure(t, answer(502, `<html>\n<h1>Bad   Gateway</h1>${'x'.repeat(5000)}`))
  assert.match(
    caught.message,
    /^GET http:.*\/v1\/conversations\/\w+ was answered 502: <html> <h1>Bad Gateway<\/h1>x+…$/,
  )
  assert.ok(caught.message.length < 400)
})

for (const body of ['null', '[]', '"text"', '5', '{"message":5,"code":{}}', '{']) {
  test(`an error whose body is ${body}`, async (t) => {
    const caught = await failure(t, answer(400, body))
    assert.equal(caught.constructor, errors.BadRequestError)
    assert.match(caught.message, /was answered 400/)
    assert.equal(caught.code, null)
  })
}

for (const [name, given] of Object.entries({
  HTML: answer(200, '<html>Log in to this network</html>', { 'content-type': 'text/html', 'x-request-id': 'r' }),
  'no body': answer(200, '', { 'x-request-id': 'r' }),
  'half an object': answer(201, '{"id":"x"', { 'x-request-id': 'r' }),
})) {
  test(`a success with ${name} is an error, and not tried again`, async (t) => {
    const { client, requests } = await scripted(t, [given, json(200, {})])
    await assert.rejects(client.conversations.get(ID), (caught) => {
      assert.equal(caught.constructor, errors.UnexpectedAnswerError)
      assert.ok(caught instanceof errors.ApiError)
      assert.match(caught.message, /without JSON/)
      assert.equal(caught.request_id, 'r')
      return true
    })
    assert.equal(requests.length, 1)
  })
}

for (const [name, given] of Object.entries({
  'a closed connection': hangUp,
  'half a body': halfBody,
  'what is no HTTP': rawAnswer('SSH-2.0-OpenSSH_9.6\r\n'),
})) {
  test(`${name} is a connection error with a cause`, async (t) => {
    const caught = await failure(t, given)
    assert.equal(caught.constructor, errors.ApiConnectionError)
    assert.ok(!(caught instanceof errors.ApiError))
    assert.ok(caught.cause instanceof Error)
    assert.match(caught.message, /^GET http:.* was not answered in full: ./)
  })
}

test('a wrong content-length is a connection error', async (t) => {
  const given = (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n{}')
  assert.equal((await failure(t, given)).constructor, errors.ApiConnectionError)
})

test('nobody listens', async (t) => {
  const { client } = await scripted(t, [], { baseUrl: 'http://127.0.0.1:1' })
  await assert.rejects(client.conversations.get(ID), (caught) => {
    assert.equal(caught.constructor, errors.ApiConnectionError)
    assert.match(caught.message, /ECONNREFUSED|bad port/)
    return true
  })
})

for (const status of [301, 302, 303, 307, 308]) {
  test(`${status} is not followed, whether to another origin or not`, async (t) => {
    const other = await scripted(t, [])
    const location = `${other.url}/elsewhere?secret=1`
    const { client, requests } = await scripted(t, [
      answer(status, '', { location }),
      answer(status, '', { location: '/v2' }),
    ])
    for (const shown of [other.url, '']) {
      await assert.rejects(client.conversations.create({ contact_id: ID }), (caught) => {
        assert.equal(caught.constructor, errors.UnexpectedAnswerError)
        assert.equal(caught.status, status)
        assert.ok(caught.message.includes(shown) && !caught.message.includes('secret'), caught.message)
        return true
      })
    }
    assert.equal(requests.length, 2)
    assert.equal(other.requests.length, 0)
  })
}

test('a redirection as browsers show it is an error', async (t) => {
  const fetch = async () => Object.defineProperty(Response.error(), 'type', { value: 'opaqueredirect' })
  const { client } = await scripted(t, [], { fetch })
  await assert.rejects(client.conversations.get(ID), errors.UnexpectedAnswerError)
})

for (const body of [null, [], [{}], 'text', 5]) {
  test(`a success that is ${JSON.stringify(body)} is an error`, async (t) => {
    const { client } = await scripted(t, [json(200, body), json(201, body)])
    await assert.rejects(client.conversations.get(ID), errors.UnexpectedAnswerError)
    await assert.rejects(client.conversations.create({ contact_id: ID }), errors.UnexpectedAnswerError)
  })
}

test('what is asked for and not there is an error', async (t) => {
  const { client } = await scripted(t, [answer(204), answer(204)])
  await assert.rejects(client.conversations.get(ID), errors.UnexpectedAnswerError)
  assert.equal(await client.groups.leave(ID), undefined)
})

test('304 leads nowhere', async (t) => {
  const caught = await failure(t, answer(304))
  assert.equal(caught.constructor, errors.UnexpectedAnswerError)
  assert.match(caught.message, /was answered 304: no body$/)
})

test('an error in JSON has all that it says', async (t) => {
  const caught = await failure(t, error(404, 'resource_missing', { 'retry-after': '7' }))
  const { name, message, status, code, request_id, headers } = JSON.parse(JSON.stringify(caught))
  assert.deepEqual(
    { name, message, status, code, request_id },
    {
      name: 'NotFoundError',
      message: 'It is resource_missing.',
      status: 404,
      code: 'resource_missing',
      request_id: 'req',
    },
  )
  assert.equal(headers['retry-after'], '7')
  const wrong = await new errors.ApiClient('t').conversations.get('').catch((error) => error)
  assert.equal(JSON.parse(JSON.stringify(wrong)).message, wrong.message)
})
