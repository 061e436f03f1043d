// SPDX-License-Identifier: Apache-2.0

// Command run is "make run": a complete Rolewright on this machine. It starts
// a control plane, installs the CRDs and the manager's RBAC, starts the
// manager, applies a sample, waits until it is published, prints what to try
// next, and keeps running until it is interrupted.
//
// In: the programs under bin/ and the manifests under config/. Out: a cluster
// on loopback whose state is kept under bin/run until the next run. It must not
// touch another cluster, and must leave nothing running: processes that an
// earlier run left behind when it was killed are ended by the next one.
package main
