// What is published, as those get it who install it.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const own = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const manifest = JSON.parse(readFileSync(join(own, 'package.json')))
const run = promisify(execFile)
const bin = (name, args, cwd = consumer) =>
  run(join(own, 'node_modules/.bin', name), args, { cwd }).catch((error) =>
    assert.fail(`${error.stdout}${error.stderr}`),
  )
let consumer
let tarball
let files

before(async () => {
  consumer = mkdtempSync(join(tmpdir(), 'client-'))
  const { stdout } = await run('npm', ['pack', '--silent', '--json', '--pack-destination', consumer], { cwd: own })
  const [packed] = JSON.parse(stdout)
  tarball = join(consumer, packed.filename)
  files = packed.files
  const home = join(consumer, 'node_modules', manifest.name)
  mkdirSync(home, { recursive: true })
  await run('tar', ['-xzf', tarball, '-C', home, '--strip-components=1'])
  console.log(`${packed.files.length} files, ${packed.size} bytes packed, ${packed.unpackedSize} unpacked`)
})
after(() => rmSync(consumer, { recursive: true }))

test('it holds what belongs to it, and nothing else', () => {
  const paths = files.map(({ path }) => path)
  const besides = paths.filter((path) => !/^dist\/(esm|cjs)\/.*\.(js|d\.ts)$/.test(path)).sort()
  assert.deepEqual(besides, [
    'CHANGELOG.md',
    'LICENSE-APACHE',
    'LICENSE-MIT',
    'README.md',
    'dist/cjs/package.json',
    'package.json',
  ])
  const modules = (kind, ending) =>
    paths.filter((path) => path.startsWith(`dist/${kind}/`) && path.endsWith(ending)).length
  assert.equal(
    new Set([modules('esm', '.js'), modules('cjs', '.js'), modules('esm', '.d.ts'), modules('cjs', '.d.ts')]).size,
    1,
  )
})

test('it needs nothing at run time, and has one version', () => {
  assert.equal(manifest.dependencies, undefined)
  assert.equal(manifest.peerDependencies, undefined)
  assert.match(readFileSync(join(own, 'src/version.ts'), 'utf8'), new RegExp(`'${manifest.version}'`))
  assert.match(readFileSync(join(own, 'CHANGELOG.md'), 'utf8'), new RegExp(`^## ${manifest.version}`, 'm'))
  const lock = JSON.parse(readFileSync(join(own, 'package-lock.json')))
  assert.equal(lock.version, manifest.version)
})

test('the README is short, and tells all options', () => {
  const readme = readFileSync(join(own, 'README.md'), 'utf8')
  assert.ok(readme.split('\n').length <= 121)
  const source = readFileSync(join(own, 'src/core/options.ts'), 'utf8')
  const [, options] = /interface ClientOptions \{(.*?)^\}/ms.exec(source)
  const names = [...options.matchAll(/^  (\w+)\?:/gm)].map(([, name]) => name)
  assert.deepEqual(
    names.filter((name) => !readme.includes(`\`${name}\``)),
    [],
  )
  assert.ok(names.length >= 7)
})

test('publint', () => bin('publint', ['--strict', tarball]))
test('are the types wrong', () => bin('attw', [tarball, '--format', 'ascii']))

const program = `
  if (typeof ApiClient !== 'function' || ApiClient !== other.ApiClient) throw new Error('no client')
  const client = new ApiClient('t'.repeat(60), { fetch: async () => Response.json({ id: 'x' }) })
  client.me.get().then(({ id }) => { if (id !== 'x') throw new Error(id) })
  client.attachments.upload(__filename, {}).then(({ id }) => console.log(id))
`
test('an ES module gets it', async () => {
  writeFileSync(
    join(consumer, 'a.mjs'),
    `import ApiClient from '${manifest.name}'\nimport * as other from '${manifest.name}'\nimport { fileURLToPath } from 'node:url'\nconst __filename = fileURLToPath(import.meta.url)\n${program}`,
  )
  assert.equal((await run(process.execPath, ['a.mjs'], { cwd: consumer })).stdout, 'x\n')
})

test('CommonJS gets it', async () => {
  writeFileSync(
    join(consumer, 'a.cjs'),
    `const other = require('${manifest.name}')\nconst ApiClient = other.default\n${program}`,
  )
  assert.equal((await run(process.execPath, ['a.cjs'], { cwd: consumer })).stdout, 'x\n')
})

/** Compiles the calls in a project of its own, whose declarations are checked as well. */
async function compiles(name, sources, options, types) {
  const folder = join(consumer, name)
  mkdirSync(folder)
  sources.forEach((source) => cpSync(join(own, 'test/package/calls.ts'), join(folder, source)))
  if (types.length > 0) {
    mkdirSync(join(folder, 'node_modules/@types'), { recursive: true })
    for (const type of types)
      symlinkSync(join(own, 'node_modules/@types', type), join(folder, 'node_modules/@types', type))
    symlinkSync(join(own, 'node_modules/undici-types'), join(folder, 'node_modules/undici-types'))
  }
  const strict = {
    strict: true,
    noEmit: true,
    target: 'es2022',
    skipDefaultLibCheck: true,
    preserveSymlinks: true,
    types,
  }
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: { ...strict, ...options }, files: sources }),
  )
  await bin('tsc', ['--project', folder])
}

test('its types, in Node.js', () =>
  compiles('node16', ['esm.mts', 'cjs.cts'], { module: 'node16', lib: ['es2022'] }, ['node']))

test('its types, for a bundler and browsers', () =>
  compiles(
    'bundler',
    ['bundled.ts'],
    { module: 'esnext', moduleResolution: 'bundler', lib: ['es2022', 'dom', 'dom.asynciterable'] },
    [],
  ))

/** As a bundler makes it for browsers, where it must not complain. */
async function bundle(contents) {
  const options = {
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    write: false,
    logLevel: 'silent',
  }
  const { outputFiles, warnings } = await build({ ...options, stdin: { contents, resolveDir: consumer } })
  assert.deepEqual(warnings, [])
  return outputFiles[0].contents
}

test('a bundle for browsers', async () => {
  const bytes = await bundle(`export { default } from '${manifest.name}'`)
  assert.ok(!/from\s*["']node:|require\(/.test(Buffer.from(bytes).toString()))
  console.log(`${bytes.length} bytes for browsers, ${gzipSync(bytes).length} with gzip`)
  writeFileSync(join(consumer, 'bundle.mjs'), bytes)
  // A page, as far as the client can tell.
  const page = `globalThis.document = {}; delete globalThis.process
    const { default: ApiClient } = await import('./bundle.mjs')
    const fetch = async (_, { headers }) => Response.json({ names: [...headers.keys()] })
    console.log(String((await new ApiClient('t'.repeat(60), { fetch }).me.get()).names))
    const missing = async () => new Response('', { status: 404 })
    await new ApiClient('t'.repeat(60), { fetch: missing }).me.get().catch(({ name }) => console.log(name))`
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', page], { cwd: consumer })
  // Errors have their names, whatever the bundle has made of those of the classes.
  assert.equal(stdout, 'accept,authorization\nNotFoundError\n')
})

test('who takes the version only gets no more', async () => {
  const bytes = await bundle(`import { version } from '${manifest.name}'\nconsole.log(version)`)
  assert.ok(bytes.length < 100, `${bytes.length} bytes`)
})
