// Compiles the package into dist: once as ES modules, once as CommonJS, each with its declarations.
import { spawnSync } from 'node:child_process'
import { cpSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

process.chdir(fileURLToPath(new URL('.', import.meta.url)))
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
rmSync('dist', { recursive: true, force: true })
for (const project of ['tsconfig.json', 'tsconfig.cjs.json']) {
  const { status } = spawnSync(process.execPath, [tsc, '--project', project], { stdio: 'inherit' })
  if (status !== 0) process.exit(1)
}
// Both have the same declarations; what they mean is in the next package.json.
cpSync('dist/esm', 'dist/cjs', {
  recursive: true,
  filter: (from) => from.endsWith('.d.ts') || statSync(from).isDirectory(),
})
writeFileSync('dist/cjs/package.json', '{ "type": "commonjs" }\n')
