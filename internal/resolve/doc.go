// SPDX-License-Identifier: Apache-2.0

// Package resolve computes, from the model of one organization, what is published for it and what is wrong with it.
//
// What goes in is a model.World; what comes out is a Resolution: a permissions.Document, or none when nothing may be
// published, and findings. It is a pure function: no clock, no client, no logger, and the same inputs in any order
// give the same result. Nothing invalid ever grants, and nothing valid is lost beside it. Each file is one pass.
//
// All that users binding is read first, into a scene; then each user against it, one by one; then constraints are applied,
// to each user alone where that is enough; then everybody is added up. A Memory spares what was read before and is still
// the same.
package resolve
