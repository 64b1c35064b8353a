# A `cargo local` for the checks that make calls. To be sourced from the root, after .ci/tools.sh. With READY, the ready
# file of one that runs, it is that one.
# shellcheck shell=bash disable=SC2034 # ready, url and token are for those that source this.

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

# Builds and starts it, unless one runs; sets its ready file, its url and the token of one of its people.
start_local() {
    ready=${READY-}
    if [[ -z $ready ]]; then
        ready=$work/ready.json
        run_local
    fi
    url=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["url"])' "$ready")
    token=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["people"][0]["token"])' "$ready")
}

run_local() {
    local end=$((SECONDS + 1200))
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
}
