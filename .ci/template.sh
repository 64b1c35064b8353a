#!/usr/bin/env bash
# Checks template.yaml: cfn-lint, `sam validate --lint` and checkov, as it is and as the CloudFormation that SAM makes of
# it, and .ci/check_template.py. Needs Python with venv, and no AWS account. What it installs goes to target/tools.
set -euo pipefail
cd "$(dirname "$0")/.."

CFN_LINT=1.58.0
SAM_CLI=1.170.0
CHECKOV=3.3.30

# Validating needs a region to compare with, and asks nobody.
export AWS_DEFAULT_REGION=us-east-1 SAM_CLI_TELEMETRY=0
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore PYTHONWARNINGS=ignore

# Prints the directory of a virtual environment with these packages, which .ci/run finds under the same name.
venv() {
    local directory=$PWD/target/tools/$1
    shift
    if [[ ! -e $directory/complete ]]; then
        rm -rf "$directory"
        python3 -m venv "$directory"
        "$directory/bin/pip" install --quiet "$@" >&2
        touch "$directory/complete"
    fi
    printf '%s\n' "$directory"
}

# They want different versions of the same packages.
sam=$(venv "python-$CFN_LINT-$SAM_CLI" "cfn-lint==$CFN_LINT" "aws-sam-cli==$SAM_CLI")
checkov=$(venv "checkov-$CHECKOV" "checkov==$CHECKOV")
translated=$PWD/target/tools/template.json

"$sam/bin/sam" validate --lint --template template.yaml
"$sam/bin/python" .ci/check_template.py "$translated"
"$sam/bin/cfn-lint" template.yaml "$translated"
for file in template.yaml "$translated"; do
    "$checkov/bin/checkov" --file "$file" --framework cloudformation --compact --quiet --skip-download
done
