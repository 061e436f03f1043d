// SPDX-License-Identifier: Apache-2.0

// Command run is "make run": a complete Rolewright on this machine. It starts
// a control plane, installs the CRDs and the manager's RBAC, starts the
// manager, applies a sample, waits until it is published, prints what to try
// next, and stays up until it is told to stop.
//
// In come the programs under bin/ and the manifests under config/; out comes a
// cluster on loopback whose state lives under bin/run until the next run. It
// must not touch another cluster, and must leave nothing running: what an
// earlier run left behind when it was killed, the next one ends.
package main
