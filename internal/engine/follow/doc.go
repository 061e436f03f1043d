// SPDX-License-Identifier: Apache-2.0

// Package follow makes one index out of the one before.
//
// What goes in are publications and the bytes of their parts, or documents of which it is known which users differ; what comes out is
// an index, which costs what changed. The index
// is the one that compiling the whole document would give. The package must not take what is damaged: it refuses a
// publication whole.
package follow
