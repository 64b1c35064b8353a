#!/usr/bin/env bash
# Checks template.yaml: `sam validate --lint` (which is cfn-lint) and checkov, as it is and as the CloudFormation that SAM
# makes of it, and .ci/check_template.py. Needs Python with venv, and no AWS account. What it installs goes to
# target/tools.
set -euo pipefail
cd "$(dirname "$0")/.."

. .ci/tools.sh

# They want different versions of the same packages.
sam=$(venv "cfn-lint==$CFN_LINT" "aws-sam-cli==$SAM_CLI")
checkov=$(venv "checkov==$CHECKOV")
translated=$tools/template.json

"$sam/bin/python" .ci/check_template.py "$translated"
# Beside the others, which take as long.
"$checkov/bin/checkov" --file template.yaml "$translated" --framework cloudformation --compact --quiet --skip-download &
"$sam/bin/sam" validate --lint --template template.yaml
"$sam/bin/cfn-lint" "$translated"
wait $!
