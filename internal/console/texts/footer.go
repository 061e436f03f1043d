// SPDX-License-Identifier: Apache-2.0

package texts

import (
	"fmt"
	"strings"
)

// What stands at the bottom of every page: where its state comes from.

// OfLogin is the footer where people log in.
const OfLogin = "Cluster, as you may read it"

// OfManifests is the footer of manifests in files and folders.
func OfManifests(paths []string) string { return "Manifests in " + strings.Join(paths, ", ") }

// OfCluster is the footer of a cluster by its address, as a user may read a namespace of it, or all if that is empty.
func OfCluster(host, namespace, user string) string {
	where := "all namespaces"
	if namespace != "" {
		where = "namespace " + namespace
	}
	return fmt.Sprintf("Cluster %s, %s, as %s may read it", host, where, user)
}
