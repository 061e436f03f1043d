// SPDX-License-Identifier: Apache-2.0

// Command run is "make run": a complete Rolewright on this machine. It starts
// a control plane, installs the CRDs and the manager's RBAC, starts the
// manager, applies a sample, waits until it is published, starts the console,
// prints its address and what to try next, and keeps running until it is interrupted. What a session can do
// without, kubectl and kube-controller-manager, is built meanwhile.
//
// In: the programs under bin/ and the manifests under config/. Out: a cluster
// on loopback whose state is kept under bin/run until the next run; or, with
// -kubeconfig, the same in an existing cluster, where what is installed stays. It
// must not touch a cluster with an installation of another, and must leave
// nothing running: processes that an earlier run left behind when it was
// killed are ended by the next one.
package main
