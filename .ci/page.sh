#!/usr/bin/env bash
# Reads the reference page in Chromium, as .ci/page/main.mjs says; and its renderer is the one that npm has. Needs
# Node.js and Chromium; what it installs goes to target/tools.
#
#   .ci/page.sh              from a `cargo local` of its own, which it builds and ends
#   .ci/page.sh URL TOKEN    from this API, which it only reads
set -euo pipefail
cd "$(dirname "$0")/.."
exec </dev/null

. .ci/tools.sh
. .ci/local.sh

npm=$tools/page-$PLAYWRIGHT-$AXE

reference/renderer.sh --check
case $# in
    0) start_local ;;
    2) url=$1 token=$2 ;;
    *) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" && exit 2 ;;
esac
npm_install "$npm" "playwright-core@$PLAYWRIGHT" "axe-core@$AXE"
# It looks for its packages beside itself.
cp .ci/page/*.mjs "$work"
ln -s "$npm/node_modules" "$work/node_modules"
URL=$url TOKEN=$token ERRORS=docs/ERRORS.md node "$work/main.mjs"
