// Reads the reference page as people do, in Chromium: on a desktop and a phone, in light and dark, with and without a
// mouse. What it asks of anybody but the server that it came from, what it keeps, what it refuses to the eye or the
// keyboard, and what it says on the console, is a problem.
//
//   URL=… TOKEN=… ERRORS=docs/ERRORS.md node main.mjs [CHECK]…
import { anchors } from './anchors.mjs'
import { contents } from './contents.mjs'
import { keyboard } from './keyboard.mjs'
import { looks } from './looks.mjs'
import { Reader } from './reader.mjs'
import { tryIt } from './try_it.mjs'

const checks = { light: looks('light'), dark: looks('dark'), anchors, contents, keyboard, tryIt }
const only = process.argv.slice(2)
const problems = []

async function run([name, check]) {
  const start = Date.now()
  const reader = await Reader.start(process.env.URL)
  try {
    await check(reader)
  } catch (error) {
    reader.problem(error.stack)
  } finally {
    await reader.end()
  }
  problems.push(...reader.problems.map(problem => `${name}: ${problem}`))
  console.log(`${name}: ${((Date.now() - start) / 1000).toFixed(1)} s`)
}

// The longest first, two at a time.
const queue = Object.entries(checks).filter(([name]) => !only.length || only.includes(name))
const work = async () => {
  for (let next = queue.shift(); next; next = queue.shift()) await run(next)
}
await Promise.all([work(), work()])
if (problems.length) {
  console.log(`\n${problems.length} problems:\n  ${problems.join('\n  ')}`)
  process.exit(1)
}
