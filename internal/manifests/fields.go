// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/suggest"
)

// The fields without which an object is not known, or has nothing in it. Where one is misspelled, the object is read as it is meant:
// the mistake is found once, and not as well wherever the object is referred to.
var (
	typeFields     = []string{"apiVersion", "kind"}
	topFields      = []string{"metadata", "spec"}
	metadataFields = []string{"name", "namespace", "labels", "annotations"}
)

// misspelled returns the names of fields that are not there, each with the one that is nearly it and is not known.
func misspelled(fields map[string]any, known, names []string) map[string]string {
	meant := map[string]string{}
	for _, written := range slices.Sorted(maps.Keys(fields)) {
		if slices.Contains(known, written) {
			continue
		}
		absent := slices.DeleteFunc(slices.Clone(names), func(name string) bool {
			_, there := fields[name]
			return there || slices.Contains(slices.Collect(maps.Values(meant)), name)
		})
		if closest := suggest.Closest(written, absent); closest != "" {
			meant[written] = closest
		}
	}
	return meant
}

// knownFields are fields at the top of an object and in metadata that are not misspelled.
var knownFields = slices.Concat(typeFields, topFields, metadataFields, []string{
	"status", "items", "data", "generateName", "finalizers", "ownerReferences", "managedFields", "selfLink", "uid", "resourceVersion",
	"generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds",
})

// putRight renames misspelled fields of an object, and reports them.
func (p *parser) putRight(o *Object, fields map[string]any, path *field.Path, names []string) {
	meant := misspelled(fields, knownFields, names)
	for _, written := range slices.Sorted(maps.Keys(meant)) {
		at := field.NewPath(written)
		if path != nil {
			at = path.Child(written)
		}
		fields[meant[written]] = fields[written]
		delete(fields, written)
		p.result.Diagnostics = append(p.result.Diagnostics, Diagnostic{
			Position: o.PositionOf(at.String()), Object: o, Field: at.String(), Reason: ReasonUnknownField,
			Message: fmt.Sprintf("unknown field %q: did you mean %q?", written, meant[written]),
		})
	}
}

// typeOf returns what says of which type an object is, by misspelled fields too if the object is one of ours.
func (p *parser) typeOf(d document, value map[string]any, node *yaml.Node) (apiVersion, kind string) {
	apiVersion, _ = value["apiVersion"].(string)
	kind, _ = value["kind"].(string)
	if apiVersion != "" && kind != "" {
		return apiVersion, kind
	}
	meant := misspelled(value, knownFields, typeFields)
	read := maps.Clone(value)
	for written, name := range meant {
		read[name] = value[written]
	}
	apiVersion, _ = read["apiVersion"].(string)
	kind, _ = read["kind"].(string)
	if kind == "" || !strings.HasPrefix(apiVersion, v1alpha1.GroupVersion.Group+"/") {
		return "", ""
	}
	for _, written := range slices.Sorted(maps.Keys(meant)) {
		value[meant[written]] = value[written]
		delete(value, written)
		p.report(d.position(lineOf(node, written)), ReasonUnknownField, "unknown field %q: did you mean %q?", written, meant[written])
	}
	return apiVersion, kind
}
