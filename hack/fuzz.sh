#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs every fuzz target of the module for FUZZTIME, one after the other.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
found=0
while IFS=: read -r file _ declaration; do
  target="${declaration#func }"
  target="${target%%(*}"
  found=$((found + 1))
  echo "==> ${target} in $(dirname "${file}") for ${FUZZTIME:-30s}"
  go test -run='^$' -fuzz="^${target}\$" -fuzztime="${FUZZTIME:-30s}" -fuzzminimizetime=1s "./$(dirname "${file}")"
done < <(git ls-files --cached --others --exclude-standard '*_test.go' | xargs grep -Hn '^func Fuzz' || true)
echo "==> ${found} fuzz targets ran without a failure"
