#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Prints what CHANGELOG.md says of one version, without its heading; fails if
# it says nothing:
#
#   hack/changelog.sh v0.1.0
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

text="$(awk -v heading="## ${1#v}" '
  /^## / {inside = ($0 == heading || index($0, heading " ") == 1); next}
  inside' CHANGELOG.md)"
if [[ -z "${text//[[:space:]]/}" ]]; then
  echo "CHANGELOG.md says nothing of ${1}: add \"## ${1#v}\"" >&2
  exit 1
fi
echo "${text}"
