#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Writes what a release consists of beside the image, with one version and, if
# "make image" has left one, the digest of the image:
#
#   install.yaml            everything of config/default
#   rolewright-<v>.tgz      the Helm chart
#   bundle/                 the bundle for the Operator Lifecycle Manager
#   admission.yaml          what that bundle cannot carry
#   SHA256SUMS              the checksums of all that is in the folder
#
#   DIST=<folder> VERSION=v0.1.0 IMAGE=<name> KUBECTL=<path> HELM=<path> hack/dist.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

: "${DIST:?}" "${VERSION:?}" "${IMAGE:?}" "${KUBECTL:?}" "${HELM:?}"
digest="$(cat "${DIST}/image.digest" 2>/dev/null || true)"
work="$(mktemp -d)"
trap 'rm -rf "${work}"' EXIT
mkdir -p "${DIST}"

echo "==> install.yaml"
cp -R config "${work}/config"
mkdir "${work}/release"
cat >"${work}/release/kustomization.yaml" <<EOF
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - ../config/default
images:
  - name: ghcr.io/rolewright/rolewright
    newName: ${IMAGE}
    newTag: ${VERSION//+/_}
${digest:+    digest: ${digest}}
labels:
  - pairs:
      app.kubernetes.io/version: ${VERSION//+/_}
    includeTemplates: true
EOF
{
  echo "# SPDX-License-Identifier: Apache-2.0"
  echo "# Rolewright ${VERSION}: kubectl apply --server-side -f install.yaml"
  echo "---"
  "${KUBECTL}" kustomize "${work}/release"
} >"${DIST}/install.yaml"

echo "==> the chart"
# A package holds files, no links.
cp -RL charts/rolewright "${work}/rolewright"
sed -i -e "s|^  repository: .*|  repository: ${IMAGE}|" -e "s|^  digest: .*|  digest: \"${digest}\"|" "${work}/rolewright/values.yaml"
"${HELM}" package "${work}/rolewright" --version "${VERSION#v}" --app-version "${VERSION}" --destination "${DIST}" >/dev/null

echo "==> the bundle for OLM, and admission.yaml"
go run ./hack/bundle -install "${DIST}/install.yaml" -version "${VERSION}" -output "${DIST}/bundle"
mv "${DIST}/bundle/admission.yaml" "${DIST}/admission.yaml"

echo "==> SHA256SUMS"
(
  cd "${DIST}"
  rm -f SHA256SUMS
  find . -type f ! -path './image/*' -printf '%P\n' | LC_ALL=C sort | xargs sha256sum >"${work}/sums"
  mv "${work}/sums" SHA256SUMS
)
