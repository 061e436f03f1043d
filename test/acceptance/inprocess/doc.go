// SPDX-License-Identifier: Apache-2.0

// Package inprocess runs the controllers inside a Ginkgo suite, against a control plane that the suite started.
//
// What goes in is the control plane; what comes out is a client that reads from the API server. The controllers end with
// the suite. It must not do more than that, and asserts nothing about what the controllers do.
package inprocess
