// A call from the page, with a token that is nowhere afterwards.
import { follow } from './place.mjs'

const PATH = '/v1/conversations'

export async function tryIt(reader) {
  const token = process.env.TOKEN
  const page = await reader.open()
  const calls = []
  page.on('request', request => {
    if (new URL(request.url()).pathname.startsWith('/v1/')) calls.push(request)
  })
  await follow(page, `tag/conversations/GET${PATH}`)
  const answer = await call(page, token, PATH)
  reader.expect(calls.length === 1, `${calls.length} calls`)
  reader.expect(calls[0].url().startsWith(reader.url + PATH), `a call of ${calls[0].url()}`)
  reader.expect(calls[0].headers().authorization === `Bearer ${token}`, 'a call without the token')

  await nowhere(reader, page, token)
  await page.keyboard.press('Escape')
  await answer.waitFor({ state: 'hidden' })
  await nowhere(reader, page, token)
  await page.reload()
  await page.getByLabel('Bearer Token').waitFor()
  const shown = await page.evaluate(() =>
    [document.documentElement.outerHTML, ...[...document.querySelectorAll('input')].map(input => input.value)].join())
  reader.expect(!shown.includes(token), 'the token is there after a reload')

  await reader.context.close()
  for (const file of reader.kept(token)) reader.problem(`the token is in the browser's ${file}`)
}

/** Makes a call, which succeeds, and leaves its answer open. */
export async function call(page, token, path) {
  await page.getByLabel('Bearer Token').first().fill(token)
  await page.locator(`section[id$="GET${path}"]`).getByRole('button', { name: 'Try it' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: /^Send get request/ }).click()
  await dialog.getByText('200 OK').waitFor()
  await dialog.getByText('has_more').waitFor()
  return dialog
}

/** Not in what outlives the page, nor in its addresses. */
async function nowhere(reader, page, token) {
  const places = await page.evaluate(async () => ({
    localStorage: JSON.stringify(localStorage),
    sessionStorage: JSON.stringify(sessionStorage),
    cookie: document.cookie,
    databases: (await indexedDB.databases()).map(database => database.name).join(),
    caches: (await caches.keys()).join(),
    address: location.href,
    history: JSON.stringify(history.state) ?? '',
    name: window.name,
    requests: performance.getEntries().map(entry => entry.name).join(),
  }))
  places.cookies = JSON.stringify(await page.context().cookies())
  for (const [place, text] of Object.entries(places)) reader.expect(!text.includes(token), `the token is in ${place}`)
  // What is not read here has to be empty.
  for (const place of ['databases', 'caches']) reader.expect(!places[place], `there are ${place}: ${places[place]}`)
}
