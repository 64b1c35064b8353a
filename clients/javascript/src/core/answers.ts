import { errorClass, UnexpectedAnswerError, type ApiError } from './errors.js'
import type { Operation } from './resource.js'
import { cover, coverHeaders, type Secrets } from './secrets.js'

const SHOWN = 200

/** Names the request in the logs of the API, or in those of the gateway in front of it, or of the storage. */
export function requestId(headers: Headers): string | null {
  return headers.get('x-request-id') ?? headers.get('apigw-requestid') ?? headers.get('x-amz-request-id')
}

/** The data of a success. What the client does not know of it is passed through. */
export function dataOf(operation: Operation, response: Response, text: string, name: string, secrets: Secrets) {
  // What is asked for is there, or it is an error; what is done may be without an answer.
  if (response.status === 204 && operation.method !== 'GET') return undefined
  const body = parsed(text)
  if (isObject(body) && (!operation.list || Array.isArray(body['data']))) return body
  const lacks = body === undefined ? 'JSON' : operation.list ? 'the data of a list' : 'an object'
  const message = `${name} was answered ${response.status} without ${lacks}: ${shown(text, body, secrets)}`
  throw unexpected(response, message, secrets)
}

/** The error that an answer is. */
export function errorOf(response: Response, text: string, name: string, secrets: Secrets): ApiError {
  const { status } = response
  const isRedirection = status < 400 && status !== 304
  if (isRedirection)
    return unexpected(response, `${name} was redirected${toWhere(response)}. Is baseUrl right?`, secrets)
  const body = parsed(text)
  const message = `${name} was answered ${status}: ${shown(text, body, secrets)}`
  return error(errorClass(status), response, isObject(body) ? body : {}, message, secrets)
}

/** The error that a success is. */
export function unexpected(response: Response, message: string, secrets: Secrets): ApiError {
  return error(UnexpectedAnswerError, response, {}, message, secrets)
}

function error(
  Class: typeof ApiError,
  response: Response,
  body: Record<string, unknown>,
  message: string,
  secrets: Secrets,
): ApiError {
  const headers = coverHeaders(response.headers, secrets)
  // Covered now, not in the text, where a secret may be written in other ways.
  const said = (name: string): string | null => {
    const value = body[name]
    return typeof value === 'string' ? cover(value, secrets) : null
  }
  const details = {
    type: said('type'),
    code: said('code'),
    message: said('message') || cover(message, secrets),
    param: said('param'),
    documentation_url: said('documentation_url'),
    request_id: headers.get('x-request-id') ?? said('request_id') ?? requestId(headers),
  }
  return new Class(response.status, details, headers)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

// The path and the query of where it leads may hold secrets. Browsers tell nothing of a redirection.
function toWhere(response: Response): string {
  const location = response.headers.get('location')
  try {
    return location ? ` to ${new URL(location, response.url).origin}` : ''
  } catch {
    return ''
  }
}

function shown(text: string, body: unknown, secrets: Secrets): string {
  // JSON has many ways to write a secret, and this is the one that is covered.
  const written = body === undefined ? text : JSON.stringify(body)
  const forms = secrets.flatMap((secret) => [JSON.stringify(secret).slice(1, -1), secret])
  const line = cover(written, forms).replace(/\s+/g, ' ').trim()
  if (line === '') return 'no body'
  return line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line
}
