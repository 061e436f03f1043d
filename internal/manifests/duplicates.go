// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"fmt"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// duplicateFields reports every key that a map contains twice. Only one of them counts, which is hardly ever intended. It also warns
// of attributes that are read as something else than is written.
func (p *parser) duplicateFields(o *Object, node *yaml.Node, path *field.Path) {
	switch node.Kind {
	case yaml.SequenceNode:
		for i, item := range node.Content {
			if item.Kind != yaml.ScalarNode {
				p.duplicateFields(o, item, path.Index(i))
			}
		}
	case yaml.MappingNode:
		p.duplicateKeys(o, node, path)
		for i := 0; i+1 < len(node.Content); i += 2 {
			key, value := node.Content[i], node.Content[i+1]
			if key.Value == attributesField && path != nil && value.Kind == yaml.MappingNode {
				p.misread(o, value, path.Child(key.Value))
			}
			if value.Kind != yaml.ScalarNode {
				p.duplicateFields(o, value, path.Child(key.Value))
			}
		}
	}
}

// duplicateKeys reports the keys that one map contains twice.
func (p *parser) duplicateKeys(o *Object, node *yaml.Node, path *field.Path) {
	lines := make(map[string]int, len(node.Content)/2)
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		if key.Kind != yaml.ScalarNode || key.Tag == "!!merge" {
			continue
		}
		name := keyName(key)
		if first, ok := lines[name]; ok {
			p.result.Diagnostics = append(p.result.Diagnostics, Diagnostic{
				Position: Position{File: o.Position.File, Line: o.offset + key.Line}, Object: o,
				Field: path.Child(key.Value).String(), Reason: ReasonDuplicateField,
				Message: fmt.Sprintf("the field is already set on line %d: remove one of them", o.offset+first),
			})
		}
		lines[name] = key.Line
	}
}
