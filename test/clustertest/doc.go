// SPDX-License-Identifier: Apache-2.0

// Package clustertest holds the verbs with which specs act on a cluster, and with which they read what a manager makes of it.
//
// What goes in are objects in YAML, changes and questions; what comes out are statuses, and decisions by what is published. A
// World is a namespace of a spec's own with one organization; a Manager runs the controllers inside the test, by a Clock that a
// spec can set ahead; Users have certificates, and no rights but those that they are given. A question is asked only once every
// change before it is published: so "no", too, is about the state that the spec made, and not about one before. The package must
// not be used outside of Ginkgo specs: it fails the spec itself.
package clustertest
