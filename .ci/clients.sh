#!/usr/bin/env bash
# Tests the clients in clients/: each as its file in .ci/clients says, over a bare socket and against an API, and then
# every sample of the reference and of the clients, with the packages as users get them. Needs Node.js and Python; what
# it installs goes to target/tools. It builds and ends a `cargo local` of its own.
set -euo pipefail
cd "$(dirname "$0")/.."
exec </dev/null

. .ci/tools.sh
. .ci/local.sh

# For the samples: the language, and what they run with.
packages=()

# Runs a command that speaks only when it fails; else it is told how long that took. Lines of a runner that say how much
# was tested are shown.
quietly() {
    local title=$1 start=$SECONDS
    shift
    if ! "$@" >"$work/said" 2>&1; then
        cat "$work/said"
        echo "$title failed"
        exit 1
    fi
    grep -E '^# ([0-9].*bytes|(pass|skipped) [0-9])|^[0-9]+ passed|^OK \([0-9]+ tests|^Tests: [0-9]' "$work/said" || true
    echo "$title: $((SECONDS - start)) s"
}

start_local
people='import json, sys; print(",".join(person["token"] for person in json.load(open(sys.argv[1]))["people"][:2]))'
PROTOCOL_API_TOKENS=$(python3 -c "$people" "$ready")
export PROTOCOL_API_URL=$url PROTOCOL_API_TOKENS
for client in .ci/clients/*.sh; do
    . "$client"
    "$(basename "$client" .sh)"
done
"$(venv "jsonschema==$JSONSCHEMA")/bin/python" .ci/samples.py "$ready" "${packages[@]}"
