// SPDX-License-Identifier: Apache-2.0

// Package fromfiles shows manifests in the console, and follows their files.
//
// What goes in are paths of files and folders; what comes out is the state that they describe, again whenever they have changed. What
// cannot be read, or would not be accepted by an API server, is not shown: the state before it stays, and says why. The package must
// not decide what manifests mean.
package fromfiles
