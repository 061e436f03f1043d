#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Prints the one version of this tree: the tag it was checked out at, as
# v0.1.0; between tags, the last one with what came after it, which is a
# pre-release of the next patch (v0.1.1-4.gabc1234); before the first, v0.0.0-
# with the revision. Files that differ from the commit add ".modified", and
# what is not a Git repository is v0.0.0-unknown. VERSION overrides it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [[ -n "${VERSION:-}" ]]; then
  echo "${VERSION}"
elif ! revision="$(git rev-parse --short=12 HEAD 2>/dev/null)"; then
  echo v0.0.0-unknown
else
  modified=""
  if [[ -n "$(git status --porcelain --untracked-files=no)" ]]; then modified=".modified"; fi
  if described="$(git describe --tags --long --match 'v[0-9]*' 2>/dev/null)"; then
    tag="${described%-*-g*}"
    after="${described#"${tag}"-}"
    after="${after%%-*}"
    if ((after == 0)); then
      echo "${tag}${modified:+-${modified#.}}"
    elif [[ "${tag}" == *-* ]]; then
      echo "${tag}.${after}.g${revision}${modified}"
    else
      echo "${tag%.*}.$((${tag##*.} + 1))-${after}.g${revision}${modified}"
    fi
  else
    echo "v0.0.0-g${revision}${modified}"
  fi
fi
