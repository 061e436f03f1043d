#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Checks that what is derived is current: the generated files, every go.mod
# and go.sum, and that the kustomizations build. It generates into the tree,
# so after a failure the tree holds what should be committed.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
generated=(
  api/v1alpha1/applyconfiguration
  api/v1alpha1/zz_generated.deepcopy.go
  config/crd/bases
  config/rbac/role.yaml
  docs/reference/api.md
  docs/schema/rolewright.schema.json
)
failed=0

before="$(mktemp -d)"
trap 'rm -rf "${before}"' EXIT

echo "==> generated files"
for path in "${generated[@]}"; do
  mkdir -p "${before}/$(dirname "${path}")"
  if [[ -e "${path}" ]]; then cp -R "${path}" "${before}/${path}"; fi
done
make --no-print-directory generate
for path in "${generated[@]}"; do
  if ! diff -ruN "${before}/${path}" "${path}"; then
    echo "${path} was not current: commit it as it is now" >&2
    failed=1
  fi
done

echo "==> the CRDs are all in config/crd/kustomization.yaml"
for crd in config/crd/bases/*.yaml; do
  if ! grep -qF "bases/$(basename "${crd}")" config/crd/kustomization.yaml; then
    echo "config/crd/kustomization.yaml does not name ${crd}" >&2
    failed=1
  fi
done

for module in . hack/controlplane hack/helm hack/image hack/lint hack/tools test/olm test/otlp test/peers; do
  echo "==> go mod tidy in ${module}"
  if ! (cd "${module}" && go mod tidy -diff); then
    echo "${module}/go.mod or go.sum is not tidy: run go mod tidy there" >&2
    failed=1
  fi
done

echo "==> kustomizations"
for folder in config/default config/crd config/rbac config/admission config/serve config/console docs/examples/console docs/examples/serve; do
  if ! "${KUBECTL:-kubectl}" kustomize "${folder}" >/dev/null; then failed=1; fi
done

if ((failed == 0)); then echo "==> everything is current"; fi
exit "${failed}"
