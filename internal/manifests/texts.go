// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Text returns the text that was meant by a value that stands where only text may, and that YAML reads as something else, such as
// no, which is false: as it is written. The message says so. Both are empty if the value is no scalar.
func (o *Object) Text(path string, value any) (text, message string) {
	read, err := json.Marshal(value)
	kind := "a number"
	switch value.(type) {
	case bool:
		kind = "true or false"
	case int64, float64:
	default:
		return "", ""
	}
	if err != nil {
		return "", ""
	}
	text = string(read)
	if node := exactly(o.node, path); node != nil && node.Kind == yaml.ScalarNode && node.Value != "" {
		text = node.Value
	}
	if text != string(read) {
		kind = string(read)
	}
	return text, fmt.Sprintf("%s is read as %s, and text is expected: write it in quotes, %q", text, kind, text)
}

// exactly returns the value at a path, nil if there is none.
func exactly(node *yaml.Node, path string) *yaml.Node {
	for path != "" {
		child, _, rest := step(node, path)
		if child == nil {
			return nil
		}
		node, path = child, rest
	}
	return resolve(node)
}

// metadataTexts puts right what is read as something else than text in metadata, where only text may stand.
func (p *parser) metadataTexts(o *Object, metadata map[string]any) {
	path := field.NewPath("metadata")
	for _, name := range []string{"name", "generateName", "namespace"} {
		p.textMember(o, metadata, name, path.Child(name))
	}
	for _, list := range []string{"labels", "annotations"} {
		members, _ := metadata[list].(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(members)) {
			p.textMember(o, members, name, path.Child(list).Key(name))
		}
	}
}

func (p *parser) textMember(o *Object, members map[string]any, name string, path *field.Path) {
	value, there := members[name]
	text, message := o.Text(path.String(), value)
	if !there || message == "" {
		return
	}
	members[name] = text
	p.result.Diagnostics = append(p.result.Diagnostics, Diagnostic{
		Position: o.PositionOf(path.String()), Object: o, Field: path.String(), Reason: ReasonMisreadValue, Message: message,
	})
}
