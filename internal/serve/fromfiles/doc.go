// SPDX-License-Identifier: Apache-2.0

// Package fromfiles serves organizations out of manifests, and follows the files.
//
// What goes in are the paths of files and folders; what comes out are tenants in a registry, whose index is replaced when
// the files change. What cannot be read, or would not be accepted, changes nothing: the last good state stays. The package
// must not decide what manifests mean: offline and resolve do.
package fromfiles
