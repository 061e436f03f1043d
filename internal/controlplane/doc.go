// SPDX-License-Identifier: Apache-2.0

// Package controlplane runs a real Kubernetes control plane on loopback: etcd,
// kube-apiserver and, on request, kube-controller-manager with only the
// controllers that are needed. "make run" and the tests use it.
//
// In: Options. Out: a running ControlPlane with an administrator's credentials,
// more users on request, and kubeconfig files. The programs come from the folder
// in KUBEBUILDER_ASSETS, or else from bin/controlplane, where "make
// controlplane" builds them.
//
// There is no kubelet and no scheduler, so pods never run. Without
// kube-controller-manager there is no garbage collection, and a deleted
// namespace stays Terminating.
//
// The package must not reach a cluster that it did not start, must not
// download anything, must not leave a process or file behind after Stop, and
// must not know Rolewright's own kinds. It needs a Unix system.
package controlplane
