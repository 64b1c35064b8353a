#!/usr/bin/env bash
# Holds openapi.yaml to what it says: Redocly and Spectral lint it, and Schemathesis sends what it describes, and what
# it forbids, to a running API. Needs Node.js and Python; what it installs goes to target/tools.
#
#   .ci/openapi.sh              against a `cargo local` of its own, which it builds and ends
#   .ci/openapi.sh URL TOKEN    against this one, whose data it changes and deletes
#   .ci/openapi.sh lint         without an API
#
# SEED and EXAMPLES make the same run look elsewhere, or longer.
set -euo pipefail
cd "$(dirname "$0")/.."
exec </dev/null

. .ci/tools.sh
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true
# Hooks are read from here, and Python would leave a cache beside them.
export PYTHONPATH=$PWD/.ci PYTHONDONTWRITEBYTECODE=1

linters=$tools/openapi-lint-$REDOCLY-$SPECTRAL-$SPECTRAL_OWASP
work=$(mktemp -d)
local_pid=

end() {
    if [[ -n $local_pid ]]; then
        kill -TERM "$local_pid" 2>/dev/null || true
        wait "$local_pid" 2>/dev/null || true
    fi
    rm -rf "$work"
}
trap end EXIT

install_linters() {
    [[ ! -e $linters/complete ]] || return 0
    rm -rf "$linters"
    mkdir -p "$linters"
    echo '{"private": true}' >"$linters/package.json"
    npm install --prefix "$linters" --silent --no-audit --no-fund --no-package-lock --ignore-scripts --save-exact \
        "@redocly/cli@$REDOCLY" "@stoplight/spectral-cli@$SPECTRAL" \
        "@stoplight/spectral-owasp-ruleset@$SPECTRAL_OWASP"
    touch "$linters/complete"
}

lint() {
    install_linters
    "$linters/node_modules/.bin/redocly" lint openapi.yaml --max-problems 1000
    # Spectral looks for a ruleset's packages beside the ruleset.
    cp .spectral.yaml "$linters/"
    "$linters/node_modules/.bin/spectral" lint openapi.yaml --ruleset "$linters/.spectral.yaml" --fail-severity hint
}

start_local() {
    local ready=$work/ready.json end=$((SECONDS + 1200))
    cargo local --memory --port 0 --ready-file "$ready" >"$work/local.log" 2>&1 &
    local_pid=$!
    until [[ -s $ready ]]; do
        if ! kill -0 "$local_pid" 2>/dev/null || ((SECONDS > end)); then
            cat "$work/local.log"
            echo "cargo local did not get ready"
            exit 1
        fi
        sleep 0.2
    done
    url=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["url"])' "$ready")
    token=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["people"][0]["token"])' "$ready")
}

# A run that hangs is a failure; one that works takes two or three minutes.
schemathesis() {
    local python contract=$PWD/openapi.yaml config=$PWD/.ci/schemathesis.toml
    python=$(venv "schemathesis==$SCHEMATHESIS")
    # It keeps what it found under the working directory.
    (cd "$work" && TOKEN=$2 timeout --kill-after 10 600 "$python/bin/schemathesis" --config-file "$config" \
        run "$contract" --url "$1" --phases examples,coverage,fuzzing,stateful --workers 1 \
        --seed "${SEED:-1}" --max-examples "${EXAMPLES:-100}" --generation-database none --no-color)
}

case $#-${1-} in
    0-) lint && start_local && schemathesis "$url" "$token" ;;
    1-lint) lint ;;
    2-*) lint && schemathesis "$1" "$2" ;;
    *) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" && exit 2 ;;
esac
