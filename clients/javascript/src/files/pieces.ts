/** All of a content. */
export async function blobOf(pieces: AsyncIterable<Uint8Array>): Promise<Blob> {
  const all: Uint8Array[] = []
  for await (const piece of pieces) all.push(piece)
  return new Blob(all as Uint8Array<ArrayBuffer>[])
}

/** The pieces, each when it is asked for. `close` is called when no more will be. */
export function streamOf(pieces: AsyncIterator<Uint8Array>, close: () => void): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await pieces.next()
          if (!done) return controller.enqueue(value)
          controller.close()
        } catch (error) {
          controller.error(error)
        }
        close()
      },
      cancel: close,
    },
    { highWaterMark: 0 },
  )
}
