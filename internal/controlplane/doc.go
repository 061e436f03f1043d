// SPDX-License-Identifier: Apache-2.0

// Package controlplane runs a real Kubernetes control plane on loopback: etcd,
// kube-apiserver and, where asked for, kube-controller-manager with only the
// controllers that are wanted. "make run" and the tests use it.
//
// In come Options; out go a running ControlPlane with an administrator's
// credentials, more users on request, and kubeconfig files. The programs come
// from the folder named by KUBEBUILDER_ASSETS, else from bin/controlplane,
// where "make controlplane" builds them.
//
// There is no kubelet and no scheduler: pods never run. Without
// kube-controller-manager nothing is collected as garbage either, and a
// namespace that is deleted stays Terminating.
//
// The package must not reach a cluster that it did not start, must not
// download anything, must not leave a process or file behind after Stop, and
// must know nothing of Rolewright's own kinds. It needs a Unix system.
package controlplane
