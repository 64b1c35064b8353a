# The versions of the tools that the checks use, and how they get into target/tools. To be sourced from the root.
# shellcheck shell=bash disable=SC2034 # The versions are for those that source this.

CARGO_DENY=0.20.2
CARGO_LAMBDA=1.9.2
CFN_LINT=1.58.0
CHECKOV=3.3.30
REDOCLY=2.77.0
SAM_CLI=1.170.0
SCHEMATHESIS=4.32.5
SPECTRAL=6.16.3
SPECTRAL_OWASP=2.0.1

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
        python3 -m venv "$directory"
        "$directory/bin/pip" install --quiet "$@" >&2
        touch "$directory/complete"
    fi
    printf '%s\n' "$directory"
}
