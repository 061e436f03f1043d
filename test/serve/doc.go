// SPDX-License-Identifier: Apache-2.0

// Package serve runs "rolewright serve" as a user does: the built command, with manifests, a mounted directory and a cluster,
// asked over HTTP. It also sends signals to the other commands in the middle of their work.
//
// What goes in are the samples and the decisions that they prescribe; what the service answers is compared with these. It
// must not look inside the service: what package authzen and those below internal/serve do by themselves, they test.
package serve
