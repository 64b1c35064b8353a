# The client for JavaScript: the package as it is published, its declarations, what it does over a bare socket, and
# against an API. To be sourced by .ci/clients.sh.
# shellcheck shell=bash

# Links what the client's tests need into its directory, where its developer has nothing of that name.
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

javascript() {
    local script
    node_modules clients/javascript
    # `check` builds what the others test.
    for script in format check test test:live; do
        quietly "npm run $script" npm run --prefix clients/javascript --silent "$script"
    done
    npm pack ./clients/javascript --ignore-scripts --silent --pack-destination "$work" >/dev/null
    package javascript "$(echo "$work"/*.tgz)"
}
