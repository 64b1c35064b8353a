/** The base of all errors of this client. By itself: something in the call was wrong, and nothing was done. */
export class ApiClientError extends Error {
  /** For logs: also what `JSON.stringify` leaves out of errors. */
  toJSON(): object {
    return { ...this, name: this.name, message: this.message }
  }
}

/** There was no answer, or only a part of it: the connection failed. `cause` tells how. */
export class ApiConnectionError extends ApiClientError {}

/** There was no answer, or only a part of it, in the time that one try may take. */
export class ApiTimeoutError extends ApiClientError {}

/** What an answer says about an error. Null is what it does not say. */
export interface ErrorDetails {
  type: string | null
  code: string | null
  message: string
  param: string | null
  documentation_url: string | null
  request_id: string | null
}

/** An answer that is an error. There is a subclass for the common ones. */
export class ApiError extends ApiClientError {
  /** The status of the answer. */
  readonly status: number
  /** `invalid_request` where the caller can do something about it, `api_error` where only the API can. */
  readonly type: string | null
  /** What is wrong, for programs. Null where the answer is not the API's own, but a gateway's or a proxy's. */
  readonly code: string | null
  /** The parameter at fault. */
  readonly param: string | null
  /** Where the code is explained. */
  readonly documentation_url: string | null
  /** Names the request in the logs of the API. */
  readonly request_id: string | null
  /** The headers of the answer. */
  readonly headers: Headers

  constructor(status: number, details: ErrorDetails, headers: Headers) {
    super(details.message)
    this.status = status
    this.type = details.type
    this.code = details.code
    this.param = details.param
    this.documentation_url = details.documentation_url
    this.request_id = details.request_id
    this.headers = headers
  }

  override toJSON(): object {
    return { ...super.toJSON(), headers: Object.fromEntries(this.headers) }
  }
}

/** 400: a parameter or the body was refused. */
export class BadRequestError extends ApiError {}
/** 401: the token is missing, unknown, revoked or expired. */
export class AuthenticationError extends ApiError {}
/** 403: the caller may not do this. */
export class PermissionDeniedError extends ApiError {}
/** 404: it does not exist, or not for the caller. */
export class NotFoundError extends ApiError {}
/** 409: it is in the way of something that exists. */
export class ConflictError extends ApiError {}
/** 410: it was there once. */
export class GoneError extends ApiError {}
/** 413: the body is too large. */
export class PayloadTooLargeError extends ApiError {}
/** 422: the `Idempotency-Key` was used for another request. */
export class UnprocessableEntityError extends ApiError {}
/** 429: too many requests. */
export class RateLimitError extends ApiError {}
/** 5xx: something of the API is broken, or busy. */
export class ServerError extends ApiError {}
/** A success without what belongs to it, or a redirection, which is not followed: not an answer of the API. */
export class UnexpectedAnswerError extends ApiError {}

// Of the prototypes, as with built-in errors; and written down, for bundlers shorten the names of classes.
const named = {
  ApiClientError,
  ApiConnectionError,
  ApiTimeoutError,
  ApiError,
  BadRequestError,
  AuthenticationError,
  PermissionDeniedError,
  NotFoundError,
  ConflictError,
  GoneError,
  PayloadTooLargeError,
  UnprocessableEntityError,
  RateLimitError,
  ServerError,
  UnexpectedAnswerError,
}
for (const [name, { prototype }] of Object.entries(named)) {
  Object.defineProperty(prototype, 'name', { value: name, configurable: true, writable: true })
}

const classes = new Map<number, typeof ApiError>([
  [400, BadRequestError],
  [401, AuthenticationError],
  [403, PermissionDeniedError],
  [404, NotFoundError],
  [409, ConflictError],
  [410, GoneError],
  [413, PayloadTooLargeError],
  [422, UnprocessableEntityError],
  [429, RateLimitError],
])

/** The class of errors with this status. */
export function errorClass(status: number): typeof ApiError {
  if (status < 400) return UnexpectedAnswerError
  return classes.get(status) ?? (status >= 500 ? ServerError : ApiError)
}
