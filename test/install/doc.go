// SPDX-License-Identifier: Apache-2.0

// Package install installs Rolewright as its users do: by the Helm chart, with the kubectl and the Helm that this repository builds,
// on a real API server. There is no kubelet: pods are not run, and the image is unpacked and its program run by the test.
package install
