#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Builds the local control plane's programs into bin/controlplane:
#
#   hack/controlplane/build.sh [etcd] [kube-apiserver] [kubectl] [kube-controller-manager]
#
# A program that the folder named by KUBEBUILDER_ASSETS already holds is not
# built.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "${here}/../.." && pwd)"

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

# link_flags leaves out symbols and sets the version that a release carries:
# without it kube-apiserver calls itself v0.0.0, which clients do not accept.
link_flags() {
  local version major minor
  version="$(cd "${here}" && go list -m -f '{{.Version}}' k8s.io/kubernetes)"
  IFS=. read -r major minor _ <<<"${version#v}"
  local set="-X k8s.io/component-base/version"
  echo "-s -w ${set}.gitVersion=${version} ${set}.gitMajor=${major} ${set}.gitMinor=${minor}" \
    "-X k8s.io/client-go/pkg/version.gitVersion=${version}"
}

flags="$(link_flags)"
if (($# == 0)); then set -- etcd kube-apiserver kubectl; fi
for name in "$@"; do
  package="$(package_of "${name}")"
  if [[ -n "${KUBEBUILDER_ASSETS:-}" && -x "${KUBEBUILDER_ASSETS}/${name}" ]]; then
    continue
  fi
  "${root}/hack/build-tool.sh" "${here}" "${package}" "${root}/bin/controlplane/${name}" "${flags}"
done
