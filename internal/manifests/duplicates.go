// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// trail is the way from an object to one of its fields. It is spelled out only where there is something to say.
type trail struct {
	parent *trail
	// key is a field's name; it is empty for the item of a list, which index counts.
	key   string
	index int
}

func (t *trail) String() string {
	var parts []string
	for ; t != nil; t = t.parent {
		if t.key == "" {
			parts = append(parts, fmt.Sprintf("[%d]", t.index))
		} else {
			parts = append(parts, "."+t.key)
		}
	}
	var text strings.Builder
	for _, part := range slices.Backward(parts) {
		text.WriteString(part)
	}
	return strings.TrimPrefix(text.String(), ".")
}

// duplicateFields records every key that stands twice in one map. Of these the last counts, which is hardly ever meant.
func (p *parser) duplicateFields(o *Object, node *yaml.Node, at *trail) {
	switch node.Kind {
	case yaml.SequenceNode:
		for i, item := range node.Content {
			if item.Kind != yaml.ScalarNode {
				p.duplicateFields(o, item, &trail{parent: at, index: i})
			}
		}
	case yaml.MappingNode:
		lines := make(map[string]int, len(node.Content)/2)
		for i := 0; i+1 < len(node.Content); i += 2 {
			key, value := node.Content[i], node.Content[i+1]
			if key.Kind == yaml.ScalarNode && key.Tag != "!!merge" {
				if first, ok := lines[key.Value]; ok {
					p.set.Problems = append(p.set.Problems, Problem{
						Place: Place{File: o.File, Line: o.offset + key.Line}, Object: o,
						Field: (&trail{parent: at, key: key.Value}).String(), Reason: ReasonDuplicateField,
						Message: fmt.Sprintf("the field stands on line %d already: remove one", o.offset+first),
					})
				}
				lines[key.Value] = key.Line
			}
			if value.Kind != yaml.ScalarNode {
				p.duplicateFields(o, value, &trail{parent: at, key: key.Value})
			}
		}
	}
}
