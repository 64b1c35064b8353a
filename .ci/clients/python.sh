# The client for Python: format, types, what it does over a bare socket in the oldest and the newest Python, and against
# an API; the packages as they are published. To be sourced by .ci/clients.sh.
# shellcheck shell=bash

# Prints the interpreters from 3.9 on that run, the oldest first. Those that pyenv has need not be its current ones.
pythons() {
    local candidate pyenv=${PYENV_ROOT:-$HOME/.pyenv}
    for candidate in python3 python3.{9..20} "$pyenv"/versions/3.*/bin/python; do
        candidate=$(command -v "$candidate") || continue
        "$candidate" -c 'import ensurepip, sys, venv
if sys.version_info >= (3, 9): print(*sys.version_info[:2], sys.executable)' 2>/dev/null || true
    done | sort -n -k 1,1 -k 2,2 -u | cut -d ' ' -f 3-
}

# Prints the directory of an environment that an interpreter has made with the packages of a file.
python_environment() {
    local python=$1 requirements=$2 directory
    directory=$tools/client-python-$("$python" -c 'import platform; print(platform.python_version())')
    directory+=-$(cat clients/python/requirements-*.txt | sha256sum | cut -c 1-16)-$(basename "$requirements" .txt)
    if [[ ! -e $directory/complete ]]; then
        rm -rf "$directory"
        "$python" -m venv "$directory"
        "$directory/bin/pip" install --quiet --requirement "$requirements" >&2
        touch "$directory/complete"
    fi
    printf '%s\n' "$directory"
}

# Runs two commands, which `--` separates, side by side. Fails where one of them does.
side_by_side() {
    local first=() pid status=0
    while [[ $1 != -- ]]; do
        first+=("$1")
        shift
    done
    "${first[@]}" &
    pid=$!
    "${@:2}" || status=1
    wait "$pid" || status=1
    return "$status"
}

python() {
    local client=clients/python copy=$work/python all old new bin run on_socket
    export PYTHONDONTWRITEBYTECODE=1
    mapfile -t all < <(pythons)
    old=$(python_environment "${all[0]}" "$client/requirements-test.txt")
    new=$(python_environment "${all[-1]}" "$client/requirements-dev.txt")
    bin=$new/bin
    quietly "ruff format" "$bin/ruff" format --no-cache --check --quiet "$client"
    quietly "ruff check" "$bin/ruff" check --no-cache --quiet "$client"
    quietly "mypy" "$bin/mypy" --cache-dir "$tools/mypy-client" --config-file "$client/pyproject.toml" "$client/src"
    # As it is published: with the licences, which stand in the root.
    mkdir "$copy"
    cp -R "$client"/{src,CHANGELOG.md,README.md,pyproject.toml,.gitignore} LICENSE-* "$copy"
    quietly "python -m build" "$bin/python" -m build --no-isolation --outdir "$copy/dist" "$copy"
    for bin in "$old/bin" "$new/bin"; do
        quietly "pip install" "$bin/pip" install --quiet --force-reinstall --no-deps "$copy"/dist/*.whl
    done
    run=(--quiet --config-file "$client/pyproject.toml")
    on_socket=("${run[@]}" --ignore "$client/tests/live" --ignore "$client/tests/package" "$client/tests")
    quietly "pytest in ${all[0]} and ${all[-1]}" \
        side_by_side "$old/bin/pytest" "${on_socket[@]}" -- "$new/bin/pytest" "${on_socket[@]}"
    quietly "pytest of the package, and against the API" \
        side_by_side env PACKAGES="$copy/dist" "$bin/pytest" "${run[@]}" -s "$client/tests/package" -- \
        "$bin/pytest" "${run[@]}" "$client/tests/live"
    package python "$new"
}
