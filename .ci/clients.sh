#!/usr/bin/env bash
# Tests the clients in clients/. The one for JavaScript: the package as it is published, its declarations, what it does
# over a bare socket, and against an API; and then every sample of the reference and of the clients. Needs Node.js and
# Python; what it installs goes to target/tools. It builds and ends a `cargo local` of its own.
set -euo pipefail
cd "$(dirname "$0")/.."
exec </dev/null

. .ci/tools.sh
. .ci/local.sh

# Links what a client's tests need into its directory, where its developer has nothing of that name.
node_modules() {
    local client=$1 modules
    modules=$tools/client-$(sha256sum "$client/package-lock.json" | cut -c 1-16)
    if [[ ! -e $modules/complete ]]; then
        rm -rf "$modules"
        mkdir -p "$modules"
        cp "$client/package.json" "$client/package-lock.json" "$modules"
        npm ci --prefix "$modules" --silent --no-audit --no-fund --ignore-scripts
        touch "$modules/complete"
    fi
    [[ -d $client/node_modules && ! -L $client/node_modules ]] || ln -sfn "$modules/node_modules" "$client/node_modules"
}

# Runs a script of package.json: of tests that pass only how many there are.
script() {
    local start=$SECONDS
    if ! npm run --prefix clients/javascript --silent "$1" >"$work/said" 2>&1; then
        cat "$work/said"
        exit 1
    fi
    grep -E '^# ([0-9].*bytes|(pass|skipped) [0-9])' "$work/said" || true
    echo "npm run $1: $((SECONDS - start)) s"
}

start_local
people='import json, sys; print(",".join(person["token"] for person in json.load(open(sys.argv[1]))["people"][:2]))'
PROTOCOL_API_TOKENS=$(python3 -c "$people" "$ready")
export PROTOCOL_API_URL=$url PROTOCOL_API_TOKENS
node_modules clients/javascript
script format
# It builds what the others test.
script check
script test
script test:live
# As users get it.
npm pack ./clients/javascript --ignore-scripts --silent --pack-destination "$work" >/dev/null
"$(venv "jsonschema==$JSONSCHEMA")/bin/python" .ci/samples.py "$ready" "$work"/*.tgz
