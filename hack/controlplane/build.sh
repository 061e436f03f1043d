#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Builds the local control plane's programs into bin/controlplane:
#
#   hack/controlplane/build.sh [etcd] [kube-apiserver] [kubectl] [kube-controller-manager]
#
# Each is built once for the versions pinned in this folder's go.mod and the Go
# that builds them; a stamp beside it says for which. A program that the folder
# named by KUBEBUILDER_ASSETS already holds is not built.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "${here}/../.." && pwd)"
out="${root}/bin/controlplane"
cd "${here}"
mkdir -p "${out}"

# package_of prints the main package of a program.
package_of() {
  case "$1" in
    etcd) echo go.etcd.io/etcd/server/v3 ;;
    kube-apiserver | kube-controller-manager | kubectl) echo "k8s.io/kubernetes/cmd/$1" ;;
    *)
      echo "build.sh: unknown program \"$1\"" >&2
      return 1
      ;;
  esac
}

# link_flags leaves out symbols, and sets the version that a release carries:
# without it kube-apiserver calls itself v0.0.0 and clients refuse it.
link_flags() {
  local version major minor
  version="$(go list -m -f '{{.Version}}' k8s.io/kubernetes)"
  IFS=. read -r major minor _ <<<"${version#v}"
  local set="-X k8s.io/component-base/version"
  echo "-s -w ${set}.gitVersion=${version} ${set}.gitMajor=${major} ${set}.gitMinor=${minor}" \
    "-X k8s.io/client-go/pkg/version.gitVersion=${version}"
}

# build_key names everything that decides what comes out.
build_key() {
  { go version && go env GOOS GOARCH && cat go.mod go.sum build.sh; } | cksum
}

# report prints, until the build is over, how far it has come. The number of
# packages is a ceiling: what Go's build cache holds is not compiled again.
report() {
  local name="$1" pid="$2" log="$3" total="$4" every=15 waited=0
  if [[ -t 1 ]]; then every=2; fi
  while kill -0 "${pid}" 2>/dev/null; do
    sleep 1
    waited=$((waited + 1))
    if ((waited % every == 0)); then
      printf '    %s: %4d s, %d of at most %d packages compiled\n' \
        "${name}" "${waited}" "$(grep -c / "${log}" || true)" "${total}"
    fi
  done
}

build() {
  local name="$1" package log total pid began="${SECONDS}"
  package="$(package_of "${name}")"
  total="$(CGO_ENABLED=0 go list -deps "${package}" | wc -l | tr -d ' ')"
  log="$(mktemp)"
  echo "==> ${name}: building ${package} (minutes on a cold cache, once)"
  CGO_ENABLED=0 go build -v -trimpath -ldflags "${flags}" -o "${out}/.${name}.$$" "${package}" 2>"${log}" &
  pid=$!
  trap 'kill "${pid}" 2>/dev/null || true; rm -f "${log}" "${out}/.${name}.$$"; exit 130' INT TERM
  report "${name}" "${pid}" "${log}" "${total}"
  if ! wait "${pid}"; then
    echo "build.sh: ${name} did not build:" >&2
    tail -n 30 "${log}" >&2
    rm -f "${log}"
    return 1
  fi
  trap - INT TERM
  rm -f "${log}"
  mv "${out}/.${name}.$$" "${out}/${name}"
  echo "${key}" >"${out}/${name}.stamp"
  echo "==> ${name}: built in $((SECONDS - began)) s"
}

key="$(build_key)"
flags="$(link_flags)"
if (($# == 0)); then set -- etcd kube-apiserver kubectl; fi
for name in "$@"; do
  package_of "${name}" >/dev/null
  if [[ -n "${KUBEBUILDER_ASSETS:-}" && -x "${KUBEBUILDER_ASSETS}/${name}" ]]; then
    echo "==> ${name}: KUBEBUILDER_ASSETS has it"
  elif [[ -x "${out}/${name}" && "$(cat "${out}/${name}.stamp" 2>/dev/null)" == "${key}" ]]; then
    echo "==> ${name}: up to date"
  else
    build "${name}"
  fi
done
