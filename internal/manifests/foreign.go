// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/suggest"
)

// foreign reports an object of another group that looks like one of ours: it would not be checked. It is an error if the object
// refers to an organization or a catalog or is of a kind as only ours do and are, or if the name of the group is nearly ours.
func (p *parser) foreign(d document, group, kind string, value map[string]any, node *yaml.Node) {
	ours := v1alpha1.GroupVersion.Group
	// A group with our name and another ending may be meant as it is.
	similar := strings.Contains(group, strings.TrimSuffix(ours, ".dev"))
	misspelt := !similar && suggest.Closest(group, []string{ours}) != "" || refersToOurs(value) || isClusterScoped(kind)
	if !misspelt && !similar {
		return
	}
	message := "this %s of the %s is not checked, and has no effect here: if it is meant for Rolewright, write apiVersion: %s"
	of := "group " + group
	if group == "" {
		of = "core group"
	}
	p.result.Diagnostics = append(p.result.Diagnostics, Diagnostic{
		Position: d.position(lineOf(node, "apiVersion")), Reason: ReasonForeignAPIGroup, Warning: !misspelt, Source: d.source,
		Message: fmt.Sprintf(message, kind, of, v1alpha1.GroupVersion),
	})
}

// refersToOurs reports whether the spec of an object refers to an organization or a catalog.
func refersToOurs(value map[string]any) bool {
	spec, _ := value["spec"].(map[string]any)
	return spec["organizationRef"] != nil || spec["catalogRef"] != nil
}
