// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxHops bounds how many aliases and merged maps one look-up follows: an alias may lead back to where it stands.
const maxHops = 64

// PositionOf is where the field of a path stands, for example spec.grants[0].roleRef. Where it does not stand anywhere, it is
// the nearest field around it, or the object.
func (o *Object) PositionOf(field string) Position {
	if field == "" {
		return o.Position
	}
	return Position{File: o.Position.File, Line: o.offset + max(lineOf(o.node, field), 1)}
}

// find is the value at a path, or the nearest around it.
func find(node *yaml.Node, path string) *yaml.Node {
	value, _ := follow(node, path)
	return value
}

// lineOf is the line on which a path's key or item stands.
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

// step takes the first part of a path: a key, or an index or a key in brackets. Keys may hold dots, so the longest wins.
func step(node *yaml.Node, path string) (child *yaml.Node, line int, rest string) {
	node = resolve(node)
	path = strings.TrimPrefix(path, ".")
	if inner, after, ok := bracketed(path); ok {
		if node.Kind == yaml.SequenceNode {
			index, err := strconv.Atoi(inner)
			if err != nil || index < 0 || index >= len(node.Content) {
				return nil, 0, ""
			}
			item := node.Content[index]
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

// bracketed takes [inner] off the beginning of a path.
func bracketed(path string) (inner, rest string, ok bool) {
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

// lookup finds the key of a map that matches best, in the maps merged into it too.
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
