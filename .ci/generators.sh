#!/usr/bin/env bash
# Generates three clients from openapi.yaml, as its users do: without a warning, with plain types. They must compile, and
# each of the programs in .ci/generators makes a call with one of them. Needs Node.js and Python; what it installs goes
# to target/tools.
#
#   .ci/generators.sh              against a `cargo local` of its own, which it builds and ends
#   .ci/generators.sh URL TOKEN    against this API, which it only reads
set -euo pipefail
cd "$(dirname "$0")/.."
exec </dev/null

. .ci/tools.sh
. .ci/local.sh

npm=$tools/generators-$HEY_API-$OPENAPI_TYPESCRIPT-$OPENAPI_FETCH-$TYPESCRIPT-$TYPES_NODE
contract=$PWD/openapi.yaml

# What is generated goes beside the programs, in the working directory.
typescript() {
    npm_install "$npm" "@hey-api/openapi-ts@$HEY_API" "openapi-typescript@$OPENAPI_TYPESCRIPT" \
        "openapi-fetch@$OPENAPI_FETCH" "typescript@$TYPESCRIPT" "@types/node@$TYPES_NODE"
    local bin=$npm/node_modules/.bin
    "$bin/openapi-ts" --input "$contract" --output hey_api_client --silent
    "$bin/openapi-typescript" "$contract" --output openapi_typescript_types.ts >/dev/null
    # The one intersection is how a URL is any string.
    if grep --line-number ' & ' hey_api_client/types.gen.ts openapi_typescript_types.ts | grep --invert-match baseUrl; then
        echo "These types are put together from others: let openapi.yaml say them as one plain schema."
        return 1
    fi
    ln -sfn "$npm/node_modules" node_modules
    "$bin/tsc" --strict --target es2022 --module node16 --outDir js ./*.ts
    for program in hey_api openapi_typescript; do
        URL=$1 TOKEN=$2 node "js/$program.js"
    done
}

python() {
    local bin
    bin=$(venv "openapi-python-client==$OPENAPI_PYTHON_CLIENT" "mypy==$MYPY")/bin
    # It formats with ruff, which it looks for in the path.
    PATH=$bin:$PATH "$bin/openapi-python-client" generate --path "$contract" --output-path protocol_client --meta none \
        --overwrite --fail-on-warning
    "$bin/mypy" --cache-dir "$tools/mypy" protocol_client python_client.py
    URL=$1 TOKEN=$2 "$bin/python" python_client.py
}

case $# in
    0) start_local ;;
    2) url=$1 token=$2 ;;
    *) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" && exit 2 ;;
esac
cp .ci/generators/* "$work"
cd "$work"
typescript "$url" "$token"
python "$url" "$token"
