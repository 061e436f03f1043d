// SPDX-License-Identifier: Apache-2.0

// Package fromfiles serves organizations from manifests, and follows the files.
//
// What goes in are the paths of files and folders; what comes out are organizations in a registry, whose indexes are replaced
// when the files change. What cannot be read, or would not be accepted by an API server, changes nothing: the last good state
// stays. The package must not decide what manifests mean: validation and resolve do.
package fromfiles
