// Two people of a real API, and what they have called.
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ApiClient from '../../dist/esm/index.js'

const tokens = (process.env.PROTOCOL_API_TOKENS ?? '').split(',').filter(Boolean)
if (!process.env.PROTOCOL_API_URL || tokens.length < 2) {
  throw new Error('PROTOCOL_API_URL and PROTOCOL_API_TOKENS (two, with a comma) say which API to test against')
}

/** `GET /v1/contacts/…` and the like, of every request. */
export const called = new Set()

const onRequest = ({ method, url }) => void called.add(`${method} ${new URL(url).pathname}`)
export const [kate, kevin] = tokens.map((token) => new ApiClient(token, { onRequest }))
export const other = (token, options) => new ApiClient(token, { ...options, onRequest })

/** A new group of the two, and what takes it away again. */
export async function newGroup() {
  const { id } = await kevin.me.get()
  const group = await kate.groups.create({ name: `Client ${Date.now()}`, contacts: [id] })
  return { group, conversation_id: group.conversation_id, end: () => kate.groups.delete(group.id) }
}

export async function all(iterable) {
  const got = []
  for await (const item of iterable) got.push(item)
  return got
}

/** A folder with a file of so many bytes, no two of which are alike, and what takes it away again. */
export function newFile(name, size) {
  const folder = mkdtempSync(join(tmpdir(), 'client-'))
  const bytes = new Uint8Array(size).map((_, i) => (i * 2654435761) >>> 24)
  writeFileSync(join(folder, name), bytes)
  return { folder, path: join(folder, name), bytes, end: () => rmSync(folder, { recursive: true }) }
}
