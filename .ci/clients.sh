#!/usr/bin/env bash
# Tests the clients in clients/: each as its file in .ci/clients says, over a bare socket and against an API, and then
# every sample of the reference and of the clients, with the packages as users get them. Needs Node.js, Python, PHP and
# what `.ci/run` installs for it; what it installs itself goes to target/tools. It builds and ends a `cargo local` of its
# own.
set -euo pipefail
cd "$(dirname "$0")/.."
exec </dev/null

. .ci/tools.sh
. .ci/local.sh

# The samples of a language run with this package.
package() {
    echo "$1=$2" >>"$shared/packages"
}

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
shared=$work
# Side by side, for each waits now and then. What they say is shown one after the other.
declare -A running
for client in .ci/clients/*.sh; do
    . "$client"
    name=$(basename "$client" .sh)
    mkdir "$shared/$name"
    (work=$shared/$name && "$name") >"$shared/$name.log" 2>&1 &
    running[$name]=$!
done
for name in "${!running[@]}"; do
    status=0
    wait "${running[$name]}" || status=$?
    printf -- '--- %s\n' "$name"
    cat "$shared/$name.log"
    ((status == 0))
done
mapfile -t packages <"$shared/packages"
"$(venv "jsonschema==$JSONSCHEMA")/bin/python" .ci/samples.py "$ready" "${packages[@]}"
