export { ApiClient, ApiClient as default } from './client.js'
export {
  ApiClientError,
  ApiConnectionError,
  ApiError,
  ApiTimeoutError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  GoneError,
  NotFoundError,
  PayloadTooLargeError,
  PermissionDeniedError,
  RateLimitError,
  ServerError,
  UnexpectedAnswerError,
  UnprocessableEntityError,
} from './core/errors.js'
export { List, type PageOf } from './core/list.js'
export type { Fetch } from './core/attempt.js'
export type { AnsweredRequest, ClientOptions, OutgoingRequest } from './core/options.js'
export type { RequestOptions } from './core/resource.js'
export { Result, type Answer } from './core/result.js'
export { FileDownload } from './files/download.js'
export type { UploadParams, UploadSource } from './files/source.js'
export type * from './generated/types.js'
export { version } from './version.js'
