# The versions of the tools that the checks use, and how they get into target/tools. To be sourced from the root.
# shellcheck shell=bash disable=SC2034 # The versions are for those that source this.

AXE=4.14.1
CARGO_DENY=0.20.2
CARGO_LAMBDA=1.9.2
CFN_LINT=1.58.0
CHECKOV=3.3.30
CHECK_JSONSCHEMA=0.39.0
HEY_API=0.95.0 # The last one for Node.js 20.
JSONSCHEMA=4.26.0
MYPY=2.4.1
OPENAPI_FETCH=0.17.0
OPENAPI_PYTHON_CLIENT=0.29.1
OPENAPI_SPEC_VALIDATOR=0.9.0
OPENAPI_TYPESCRIPT=7.13.0
PIP=26.3
PLAYWRIGHT=1.65.1
REDOCLY=2.77.0
REQUESTS=2.32.5
SAM_CLI=1.170.0
SCHEMATHESIS=4.32.5
SPECTRAL=6.16.3
SPECTRAL_OWASP=2.0.1
TYPES_NODE=20.19.43
TYPESCRIPT=5.9.3 # openapi-typescript takes no later one.
ZIZMOR=1.32.0

tools=$PWD/target/tools

export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore
# Validating a template needs a region to compare with, and asks nobody.
export AWS_DEFAULT_REGION=us-east-1 SAM_CLI_TELEMETRY=0

# Prints the directory of a Python environment that holds exactly these packages (`name==version`).
venv() {
    local directory
    directory=$tools/python-$(IFS=-; echo "${*//==/-}")
    if [[ ! -e $directory/complete ]]; then
        rm -rf "$directory"
        python3 -m venv --without-pip "$directory"
        # What is run is compiled then: most of it never is.
        "$(pip_directory)/bin/pip" --python "$directory/bin/python" install --quiet --no-compile "$@" >&2
        touch "$directory/complete"
    fi
    printf '%s\n' "$directory"
}

# Prints the directory of the pip for all environments: Python's own takes twice as long, and each would have one.
pip_directory() {
    local directory=$tools/pip-$PIP
    if [[ ! -e $directory/complete ]]; then
        rm -rf "$directory"
        python3 -m venv "$directory"
        "$directory/bin/pip" install --quiet "pip==$PIP" >&2
        touch "$directory/complete"
    fi
    printf '%s\n' "$directory"
}

# Installs packages of npm (`name@version`) into a directory, where they are not there yet.
npm_install() {
    local directory=$1
    shift
    [[ ! -e $directory/complete ]] || return 0
    rm -rf "$directory"
    mkdir -p "$directory"
    echo '{"private": true}' >"$directory/package.json"
    npm install --prefix "$directory" --silent --no-audit --no-fund --no-package-lock --ignore-scripts --save-exact "$@"
    touch "$directory/complete"
}

# Gets cargo-deny, where it is not there in this version.
cargo_deny() {
    if [[ $("$tools/bin/cargo-deny" --version 2>/dev/null) != "cargo-deny $CARGO_DENY" ]]; then
        # It runs for two seconds: the time that optimizing it takes would never come back.
        CARGO_PROFILE_DEV_DEBUG=false cargo install cargo-deny --locked --version "$CARGO_DENY" \
            --profile dev --root "$tools" --force --quiet
    fi
}
