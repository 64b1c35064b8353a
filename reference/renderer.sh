#!/usr/bin/env bash
# Fetches Scalar, which renders the reference page, from npm, and writes it to reference/assets/scalar.js.gz, as small
# as gzip goes. The file is committed, so that a build needs neither npm nor the network. Needs npm; to write, zopfli.
#
#   reference/renderer.sh            writes the file
#   reference/renderer.sh --check    says whether the file holds what npm has
set -euo pipefail
cd "$(dirname "$0")"

VERSION=1.76.0
INTEGRITY=sha512-pjqwnzmA9YK3ZX+IZSICMsywm4qI6HLSngR2py9H6TvFApHHuJjkTAd+gFJfnqJDzJuro8k7ji6JCtJ2U+Byng==

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$work" && npm pack --silent "@scalar/api-reference@$VERSION" >/dev/null)
mv "$work"/*.tgz "$work/package.tgz"
if [[ sha512-$(openssl dgst -sha512 -binary "$work/package.tgz" | base64 --wrap 0) != "$INTEGRITY" ]]; then
    echo "npm's @scalar/api-reference@$VERSION is another one than that of INTEGRITY."
    exit 1
fi
tar --extract --gzip --to-stdout --file "$work/package.tgz" package/dist/browser/standalone.js >"$work/scalar.js"
case ${1-} in
    '') zopfli --i15 -c "$work/scalar.js" >assets/scalar.js.gz ;;
    --check) gzip --decompress --stdout assets/scalar.js.gz | cmp - "$work/scalar.js" ;;
    *) sed -n '2,/^set/s/^# \{0,1\}//p' renderer.sh && exit 2 ;;
esac
