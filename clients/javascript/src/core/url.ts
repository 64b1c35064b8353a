import { ApiClientError } from './errors.js'
import type { Operation } from './resource.js'

/** A call, ready to be sent as often as it takes. */
export interface Call {
  method: Operation['method']
  /** With the query. */
  path: string
  body: string | FormData | undefined
}

/** The request of a call. A form is sent as it is. */
export function callOf(operation: Operation, path: readonly string[], params: object = {}): Call {
  if (typeof params !== 'object' || params === null || Array.isArray(params)) {
    throw new ApiClientError(`${operation.id}: the parameters must be one object`)
  }
  const isForm = params instanceof FormData
  const { query, body } = splitParams(operation, isForm ? {} : params)
  return {
    method: operation.method,
    path: pathOf(operation, path) + queryOf(query),
    body: isForm ? params : body && jsonOf(body),
  }
}

function pathOf(operation: Operation, values: readonly string[]): string {
  const rest = [...values]
  return operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value: unknown = rest.shift()
    // These would make another path of it: without an id, a DELETE of one thing may be that of all.
    if (typeof value !== 'string' || value === '' || value === '.' || value === '..') {
      throw new ApiClientError(`${operation.id}: ${name} must be a string, and not empty, "." or ".."`)
    }
    if (!isUnicode(value)) throw new ApiClientError(`${operation.id}: ${name} is not valid Unicode`)
    return encodeURIComponent(value)
  })
}

/** The query of a call with its question mark, or nothing. A list is `name[]=…`, a map `name[key]=…`, null `name=`. */
export function queryOf(params: object): string {
  const query = new URLSearchParams()
  const add = (name: string, value: unknown): void => {
    if (value === undefined) return
    if (Array.isArray(value)) value.forEach((item) => add(`${name}[]`, item))
    else if (isMap(value)) Object.entries(value).forEach(([key, item]) => add(`${name}[${key}]`, item))
    else if (isScalar(value)) query.append(name, value === null ? '' : String(value))
    else throw new ApiClientError(`${name} has a value that no query can hold`)
  }
  Object.entries(params).forEach(([name, value]) => add(name, value))
  const text = query.toString()
  // A plus is a space in forms only.
  return text && `?${text.replaceAll('+', '%20')}`
}

function isMap(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

function isScalar(value: unknown): boolean {
  if (typeof value === 'string') return isUnicode(value)
  return value === null || typeof value === 'boolean' || typeof value === 'bigint' || Number.isFinite(value)
}

function isUnicode(text: string): boolean {
  try {
    return encodeURIComponent(text) !== undefined
  } catch {
    return false
  }
}

/** The body in JSON. What would silently become null, and so clear something, is refused. */
function jsonOf(body: object): string {
  try {
    return JSON.stringify(body, function (this: Record<string, unknown>, name, value: unknown) {
      const isLost =
        (typeof value === 'number' && !Number.isFinite(value)) ||
        (value === null && this[name] !== null) ||
        (value === undefined && Array.isArray(this))
      if (isLost) throw new ApiClientError(`${name} has a value that no JSON can hold`)
      return value
    })
  } catch (cause) {
    if (cause instanceof ApiClientError) throw cause
    throw new ApiClientError('the parameters cannot be written as JSON', { cause })
  }
}

/** The parameters that stand in the query, and the others, which are the body. Neither has what is undefined. */
export function splitParams(operation: Operation, params: object): { query: object; body: object | undefined } {
  const given = Object.entries(params).filter(([, value]) => value !== undefined)
  const hasBody = operation.method === 'POST' || operation.method === 'PUT'
  const isBody = (name: string) => hasBody && !operation.query.includes(name)
  const body = given.filter(([name]) => isBody(name))
  return {
    query: Object.fromEntries(given.filter(([name]) => !isBody(name))),
    body: body.length > 0 ? Object.fromEntries(body) : undefined,
  }
}
