// What the declarations allow, and what they do not. Compiled as an ES module, as CommonJS and for a bundler.
import ApiClient, {
  ApiClient as Named,
  ApiClientError,
  ApiError,
  NotFoundError,
  type AnsweredRequest,
  type Attachment,
  type ClientOptions,
  type Conversation,
  type FileDownload,
  type List,
  type Message,
  type RequestOptions,
  type Result,
  type Sound,
} from '@example/protocol-api'

declare const token: string

/** Fails to compile unless the two types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : never
const same = <A, B>(_: Same<A, B>) => {}
same<typeof ApiClient, typeof Named>(true)

export async function calls() {
  const client = new ApiClient(token)
  await client.conversations.list()
  await client.conversations.create({ contact_id: 'WAz8eIbvDR60rouK' })
  await client.conversations.get('xgQQXg3hrtjh7AvZ')
  await client.conversations.update('xgQQXg3hrtjh7AvZ', { is_muted: true })
  await client.conversations.delete('xgQQXg3hrtjh7AvZ')

  const conversation = await client.conversations.get('xgQQXg3hrtjh7AvZ')
  same<typeof conversation, Conversation>(true)
  const archived: number | null = conversation.archived_at
  const sent = client.messages.send({ conversation_id: conversation.id, message: 'hello' })
  same<typeof sent, Result<Message>>(true)
  const promise: Promise<Message> = sent
  const nothing: void = await client.conversations.delete(conversation.id)
  const { data, response, request_id } = await sent.withResponse()
  same<typeof data, Message>(true)
  const status: number = response.status
  same<typeof request_id, string | null>(true)

  const list = client.conversations.list({ limit: 5, muted: false }, { timeout: 1000 })
  same<typeof list, List<Conversation>>(true)
  for await (const item of list) same<typeof item, Conversation>(true)
  for await (const page of list.pages()) same<typeof page.data, Conversation[]>(true)
  same<Awaited<typeof list>['next_cursor'], string | null>(true)
  const some: Conversation[] = await list.collect(10)
  const playlist = client.playlists.get('L1rXcGu2Qa6NzRwe')
  const name: string = (await playlist).name
  for await (const sound of playlist) same<typeof sound, Sound>(true)

  const download: FileDownload = await client.sounds.open('L1rXcFq0Zt7MdKxa')
  const stream: ReadableStream<Uint8Array> = download.stream()
  const blob = new Blob([await download.bytes()])
  const uploaded: Attachment = await client.attachments.upload(new Uint8Array(1), { filename: 'a' })
  await client.attachments.upload('photo.jpg')
  await client.attachments.upload(new Blob([]), { filename: 'a', file_type: 'image/png' }, { idempotencyKey: 'k' })
  await client.attachments.upload(stream, { filename: 'a', file_size: 5 })
  return { archived, promise, nothing, status, some, name, uploaded, blob }
}

export function options(signal: AbortSignal): [ClientOptions, RequestOptions] {
  const hooks: ClientOptions = {
    onRequest: ({ headers, attempt }) => headers.set('x-attempt', String(attempt)),
    onResponse: async ({ status, duration }: AnsweredRequest) => console.log(status, duration),
  }
  return [
    { ...hooks, baseUrl: undefined, timeout: 5, maxRetries: 0, allowHttp: true, fetch: globalThis.fetch },
    { signal, timeout: 5, maxRetries: 0, idempotencyKey: 'k' },
  ]
}

export function errors(error: unknown): string | null {
  if (error instanceof NotFoundError) return error.code
  if (error instanceof ApiError) return `${error.status.toFixed()} ${error.headers.get('retry-after')} ${error.param}`
  return error instanceof ApiClientError ? error.message : null
}

export async function refused(client: ApiClient) {
  // @ts-expect-error There is no token.
  new ApiClient()
  // @ts-expect-error There is no such option.
  new ApiClient(token, { baseURL: 'https://api.example.com' })
  // @ts-expect-error The time is a number.
  await client.me.get({ timeout: '5' })
  // @ts-expect-error An id is missing.
  await client.conversations.get()
  // @ts-expect-error An id is a string.
  await client.conversations.get(5)
  // @ts-expect-error A message is missing.
  await client.messages.create({ conversation_id: 'xgQQXg3hrtjh7AvZ' })
  // @ts-expect-error There is no such attribute.
  await client.conversations.update('xgQQXg3hrtjh7AvZ', { isMuted: true })
  // @ts-expect-error It is a boolean.
  await client.conversations.list({ muted: 'yes' })
  // @ts-expect-error There is no such method.
  await client.me.delete()
  // @ts-expect-error How many is not said.
  await client.conversations.list().collect()
  // @ts-expect-error A result is no list.
  for await (const _ of client.conversations.get('xgQQXg3hrtjh7AvZ'));
  // @ts-expect-error A number cannot be uploaded.
  await client.attachments.upload(5)
  // @ts-expect-error A resource stays what it is.
  client.sounds = client.sounds
}
