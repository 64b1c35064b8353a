/** What must not be seen in an error: the token, signed links. */
export type Secrets = readonly string[]

/** The text with the secrets covered. */
export function cover(text: string, secrets: Secrets): string {
  // An empty one, such as the query of a link without any, would be everywhere.
  return secrets.filter(Boolean).reduce((covered, secret) => covered.replaceAll(secret, '[secret]'), text)
}

/** The headers with the secrets covered. */
export function coverHeaders(headers: Headers, secrets: Secrets): Headers {
  const covered = new Headers()
  headers.forEach((value, name) => covered.append(name, cover(value, secrets)))
  return covered
}

/**
 * What is worth keeping of an error that somebody else has thrown: its name, message, code and cause, with the secrets
 * covered. The error itself may hold the whole request.
 */
export function coverError(error: unknown, secrets: Secrets, depth = 0): Error {
  const { name, message, code, cause } = (error instanceof Error ? error : { message: String(error) }) as Error & {
    code?: unknown
  }
  const options = cause === undefined || depth > 4 ? {} : { cause: coverError(cause, secrets, depth + 1) }
  const covered = new Error(cover(String(message), secrets), options)
  if (name) Object.defineProperty(covered, 'name', { value: cover(String(name), secrets), configurable: true })
  covered.stack = `${covered.name}: ${covered.message}`
  return typeof code === 'string' ? Object.assign(covered, { code: cover(code, secrets) }) : covered
}
