#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Builds one program of a tool module, once, showing how far it has come:
#
#   hack/build-tool.sh <module folder> <main package> <output> [link flags]
#
# A stamp beside the output names what it was built from, the module's go.mod
# and go.sum, the Go that built it and the flags; while that stays, nothing is
# built again.
set -euo pipefail

module="$1"
package="$2"
output="$3"
flags="${4:--s -w}"
name="$(basename "${output}")"

export CGO_ENABLED=0
mkdir -p "$(dirname "${output}")"
output="$(cd "$(dirname "${output}")" && pwd)/${name}"
cd "${module}"

key="$({ go version && go env GOOS GOARCH && cat go.mod go.sum && echo "${package} ${flags}"; } | cksum)"
if [[ -x "${output}" && "$(cat "${output}.stamp" 2>/dev/null)" == "${key}" ]]; then
  exit 0
fi

echo "==> ${name}: building ${package}; this takes minutes on a cold cache, and is done once"
total="$(go list -deps "${package}" | wc -l | tr -d ' ')"
log="$(mktemp)"
partial="${output}.$$"
go build -v -trimpath -ldflags "${flags}" -o "${partial}" "${package}" 2>"${log}" &
build=$!
trap 'kill "${build}" 2>/dev/null || true; rm -f "${log}" "${partial}"' EXIT

# The number of packages is a ceiling: what Go's build cache holds is not
# compiled again.
began="${SECONDS}"
while kill -0 "${build}" 2>/dev/null; do
  sleep 1
  elapsed=$((SECONDS - began))
  if ((elapsed > 0 && elapsed % 10 == 0)); then
    printf '    %s: %4d s, %d of at most %d packages compiled\n' \
      "${name}" "${elapsed}" "$(grep -c / "${log}" || true)" "${total}"
  fi
done
if ! wait "${build}"; then
  echo "${name} did not build:" >&2
  tail -n 30 "${log}" >&2
  exit 1
fi
mv "${partial}" "${output}"
echo "${key}" >"${output}.stamp"
echo "==> ${name}: built in $((SECONDS - began)) s"
