#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Brings axe-core, which finds what makes pages hard to use, into bin/. It is not part of the repository, because its licence is
# another one.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly version=4.14.1
readonly digest=29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c

check() { echo "${digest}  $1" | sha256sum --check --status; }

if [[ -f bin/axe.min.js ]] && check bin/axe.min.js; then
  exit 0
fi
folder="$(mktemp -d)"
trap 'rm -rf "${folder}"' EXIT
npm pack --silent --pack-destination "${folder}" "axe-core@${version}" >/dev/null
tar -xzf "${folder}/axe-core-${version}.tgz" -C "${folder}" package/axe.min.js
check "${folder}/package/axe.min.js" || { echo "axe-core ${version} is not what was published" >&2; exit 1; }
mkdir -p bin
mv "${folder}/package/axe.min.js" bin/axe.min.js
