// SPDX-License-Identifier: Apache-2.0

// Package incremental compares what is made of an organization step by step, each from what was there before, with what is made
// of it from scratch: translated, resolved, encoded and indexed, after random sequences of changes to objects of every kind.
package incremental
