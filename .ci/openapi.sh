#!/usr/bin/env bash
# Holds openapi.yaml to what it says: three linters read it, and Schemathesis sends what it describes, and what it
# forbids, to a running API. Needs Node.js and Python; what it installs goes to target/tools.
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
. .ci/local.sh
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true
# Hooks are read from here, and Python would leave a cache beside them.
export PYTHONPATH=$PWD/.ci PYTHONDONTWRITEBYTECODE=1

linters=$tools/openapi-lint-$REDOCLY-$SPECTRAL-$SPECTRAL_OWASP

# In another folder: the file is as clean to those who have it alone.
lint() {
    local contract=$PWD/openapi.yaml
    npm_install "$linters" "@redocly/cli@$REDOCLY" "@stoplight/spectral-cli@$SPECTRAL" \
        "@stoplight/spectral-owasp-ruleset@$SPECTRAL_OWASP"
    # Spectral looks for a ruleset's packages beside the ruleset.
    cp .spectral.yaml "$linters/"
    "$(venv "openapi-spec-validator==$OPENAPI_SPEC_VALIDATOR")/bin/openapi-spec-validator" "$contract"
    pushd "$work" >/dev/null
    "$linters/node_modules/.bin/redocly" lint "$contract" --extends recommended-strict --max-problems 1000
    "$linters/node_modules/.bin/spectral" lint "$contract" --ruleset "$linters/.spectral.yaml" --fail-severity hint
    popd >/dev/null
}

# A run that hangs is a failure; one that works takes two or three minutes.
schemathesis() {
    local python contract=$PWD/openapi.yaml config=$PWD/.ci/schemathesis.toml
    python=$(venv "schemathesis==$SCHEMATHESIS")
    # It keeps what it found under the working directory.
    (cd "$work" && TOKEN=$2 timeout --kill-after 10 600 "$python/bin/schemathesis" --config-file "$config" \
        run "$contract" --url "$1" --phases examples,coverage,fuzzing,stateful --workers 1 \
        --seed "${SEED:-1}" --max-examples "${EXAMPLES:-60}" --generation-database none --no-color)
}

case $#-${1-} in
    0-)
        # Not with `&&`, which would let what fails in a function pass.
        lint
        start_local
        schemathesis "$url" "$token"
        ;;
    1-lint) lint ;;
    2-*)
        lint
        schemathesis "$1" "$2"
        ;;
    *) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" && exit 2 ;;
esac
