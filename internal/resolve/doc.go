// SPDX-License-Identifier: Apache-2.0

// Package resolve computes what is published for one organization and what is wrong with it.
//
// What goes in is a model.World; what comes out is a Resolution: a Document, or none if nothing may be published, and
// findings. It is a pure function, without clock, client or logger: the same input in any order gives the same result.
// Nothing invalid grants anything, and nothing valid is lost beside it.
//
// Resolution is a sequence of passes, each in a file: the environment that all users share (catalog, unit tree, features,
// roles, constraints, chains), then each user in it, then constraint enforcement, then the aggregate of all users. Update
// makes a resolution from the previous one and a difference, and reads only the users in it and those whom a change of the
// environment may concern: what is known of the others is carried over.
package resolve
