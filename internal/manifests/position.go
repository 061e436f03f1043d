// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Position is a line of a file.
type Position struct {
	File string
	// Line counts from 1.
	Line int
}

// String returns the position as compilers write it.
func (p Position) String() string { return fmt.Sprintf("%s:%d", p.File, p.Line) }

// maxHops bounds how many aliases and merged maps a look-up follows: an alias may refer to a node that contains it.
const maxHops = 64

// PositionOf returns the position of the field with a path such as spec.grants[nurse].roleRef or spec.rules[0]. If the field is
// not set, it returns that of the closest field that contains it, or of the object.
func (o *Object) PositionOf(field string) Position {
	if field == "" {
		return o.Position
	}
	return Position{File: o.Position.File, Line: o.offset + max(lineOf(o.node, field), 1)}
}

// NamedPath returns a path with the items of lists by their names, where they have names: spec.units[1].parent, as the API
// server writes it, is spec.units[north].parent. Two paths of one field are the same then.
func (o *Object) NamedPath(field string) string {
	var named strings.Builder
	node, path := o.node, field
	for path != "" {
		child, _, rest := step(node, path)
		if child == nil {
			break
		}
		part := path[:len(path)-len(rest)]
		if resolve(node).Kind == yaml.SequenceNode {
			if name := nameOf(child); name != "" {
				part = "[" + name + "]"
			}
		}
		named.WriteString(part)
		node, path = child, rest
	}
	return named.String() + path
}

// NameAt returns the name that a field holds: the text of a scalar, or the name within a reference. It is empty if it holds none.
func (o *Object) NameAt(path string) string {
	node := exactly(o.node, path)
	switch {
	case path == "" || node == nil:
		return ""
	case node.Kind == yaml.MappingNode:
		return nameOf(node)
	case node.Kind == yaml.ScalarNode:
		return node.Value
	}
	return ""
}

// find returns the value at a path, or the closest one that contains it.
func find(node *yaml.Node, path string) *yaml.Node {
	value, _ := follow(node, path)
	return value
}

// lineOf returns the line of the key or item at a path.
func lineOf(node *yaml.Node, path string) int {
	_, line := follow(node, path)
	return line
}

func follow(node *yaml.Node, path string) (value *yaml.Node, line int) {
	line = node.Line
	for path != "" {
		child, childLine, rest := step(node, path)
		if child == nil {
			return node, line
		}
		node, line, path = child, childLine, rest
	}
	return node, line
}

// step follows the first part of a path: a key, or a key in brackets, or the name or the index of an item of a list. Keys may
// contain dots: the longest wins.
func step(node *yaml.Node, path string) (child *yaml.Node, line int, rest string) {
	node = resolve(node)
	path = strings.TrimPrefix(path, ".")
	if inner, after, ok := cutBrackets(path); ok {
		if node.Kind == yaml.SequenceNode {
			item := itemOf(node, inner)
			if item == nil {
				return nil, 0, ""
			}
			return item, item.Line, after
		}
		child, line = lookup(node, func(key string) int {
			if key == inner {
				return 1
			}
			return 0
		}, maxHops)
		return child, line, after
	}
	longest := 0
	child, line = lookup(node, func(key string) int {
		if len(key) > longest && startsWith(path, key) {
			longest = len(key)
			return longest
		}
		return 0
	}, maxHops)
	return child, line, path[longest:]
}

// itemOf returns the item of a list that has a name, or else a place, nil if there is none.
func itemOf(list *yaml.Node, key string) *yaml.Node {
	for _, item := range list.Content {
		if nameOf(item) == key {
			return item
		}
	}
	index, err := strconv.Atoi(key)
	if err != nil || index < 0 || index >= len(list.Content) {
		return nil
	}
	return list.Content[index]
}

// nameOf returns the name of an item of a list, empty if it has none.
func nameOf(item *yaml.Node) string {
	exactly := func(key string) int {
		if key == "name" {
			return 1
		}
		return 0
	}
	if name, _ := lookup(resolve(item), exactly, maxHops); name != nil && resolve(name).Kind == yaml.ScalarNode {
		return resolve(name).Value
	}
	return ""
}

// cutBrackets cuts [inner] off the beginning of a path.
func cutBrackets(path string) (inner, rest string, ok bool) {
	path, ok = strings.CutPrefix(path, "[")
	if !ok {
		return "", "", false
	}
	return strings.Cut(path, "]")
}

func startsWith(path, key string) bool {
	rest, ok := strings.CutPrefix(path, key)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// lookup finds the key of a map that matches best, also in the maps merged into it.
func lookup(node *yaml.Node, match func(key string) int, hops int) (child *yaml.Node, line int) {
	if node.Kind != yaml.MappingNode || hops == 0 {
		return nil, 0
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if match(resolve(node.Content[i]).Value) > 0 {
			child, line = node.Content[i+1], node.Content[i].Line
		}
	}
	if child != nil {
		return child, line
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Tag != "!!merge" {
			continue
		}
		merged := resolve(node.Content[i+1])
		sources := []*yaml.Node{merged}
		if merged.Kind == yaml.SequenceNode {
			sources = merged.Content
		}
		for _, source := range sources {
			hops--
			if hops <= 0 {
				return nil, 0
			}
			if child, line = lookup(resolve(source), match, hops); child != nil {
				return child, line
			}
		}
	}
	return nil, 0
}

// resolve follows aliases.
func resolve(node *yaml.Node) *yaml.Node {
	for hops := 0; node.Kind == yaml.AliasNode && node.Alias != nil && hops < maxHops; hops++ {
		node = node.Alias
	}
	return node
}
