// SPDX-License-Identifier: Apache-2.0

// Package fromcluster shows a cluster in the console as one user may read it, live.
//
// What goes in is the configuration of a client, whose user is the one who looks; what comes out is the state of all objects of
// rolewright.dev that this user may list and watch, again whenever they have changed. Where the catalogs and platform roles may not
// be read, the vocabulary that the manager publishes in a namespace stands in. What may not be read at all is named, and of an
// organization that cannot be read whole, nothing is shown that would follow from a part. A right that is withdrawn takes its objects
// off the pages, and one that is given brings them, each after a while. An API server that does not answer leaves the pages as they
// were, and they say since when.
//
// Objects are held once: states share them with what the watches keep. They lack what no page shows: resource versions, the fields
// that managers manage, what kubectl notes of its last apply, and the statuses of most kinds. The package must not write to the
// cluster, and must not decide what objects mean.
package fromcluster
