#!/usr/bin/env bash
# Checks template.yaml: cfn-lint, `sam validate --lint` and checkov, as it is and as the CloudFormation that SAM makes of
# it, and .ci/check_template.py. Needs Python with venv, and no AWS account. What it installs goes to target/tools.
set -euo pipefail
cd "$(dirname "$0")/.."

. .ci/tools.sh

# They want different versions of the same packages.
sam=$(venv "cfn-lint==$CFN_LINT" "aws-sam-cli==$SAM_CLI")
checkov=$(venv "checkov==$CHECKOV")
translated=$tools/template.json

"$sam/bin/sam" validate --lint --template template.yaml
"$sam/bin/python" .ci/check_template.py "$translated"
"$sam/bin/cfn-lint" template.yaml "$translated"
for file in template.yaml "$translated"; do
    "$checkov/bin/checkov" --file "$file" --framework cloudformation --compact --quiet --skip-download
done
