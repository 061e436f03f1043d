// SPDX-License-Identifier: Apache-2.0

// Package readers shows that what is published can be read without the SDK: that the JSON Schemas in docs/schema say what
// the Go types say, and that the readers in docs/readers decide as Index.Check does.
//
// What goes in are the samples and random documents; each reader runs in its own interpreter, and is asked over its
// standard input. Without the interpreter its tests are skipped, unless ROLEWRIGHT_READERS is set to "required". Nothing of
// the product may import the package.
package readers
