// SPDX-License-Identifier: Apache-2.0

// Package revocation lets all replicas of the console know which sessions people have ended.
//
// What goes in are sessions that end before their time; what comes out is whether a session counts. They are kept as digests in the data of
// one ConfigMap, which every replica watches, until they would have ended by themselves. A replica writes it with the version that it has
// read, so that none overwrites what another one wrote, forgets nothing that it has once known, and writes later what it cannot write now.
// A replica that has not heard of the ConfigMap for a while asks the API server before it lets a session count, and lets none count if that
// does not answer.
//
// It does so with the console's own account. The package must not read or write any other object.
package revocation
