#!/usr/bin/env bash
# Uploads files as curl, Python's requests and Node's fetch send them: names and bytes must come back. Needs Node.js and
# Python; what it installs goes to target/tools. It builds and ends a `cargo local` of its own.
set -euo pipefail
cd "$(dirname "$0")/.."
exec </dev/null

. .ci/tools.sh
. .ci/local.sh

bin=$(venv "requests==$REQUESTS")/bin
start_local
"$bin/python" .ci/uploads.py "$url" "$token" "$work"
