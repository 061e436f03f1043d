// SPDX-License-Identifier: Apache-2.0

// Package e2e runs Rolewright as its users do: the programs that are built, on a control plane that collects garbage.
//
// What goes in are the programs of a control plane (see internal/controlplane), the manager and the command, which the
// suite builds itself, and config/default, which it installs; what comes out is what people and applications would see
// in a cluster. The manager runs with the rights of config/rbac and no others, in a process of its own, which the tests
// kill, freeze and restart. The tests must not reach into the manager: they see it through its API objects, its metrics
// and its health checks.
package e2e
