// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/util/validation/field"
	sigsyaml "sigs.k8s.io/yaml"
)

// attributesField is the name of the fields that hold values of any type. Elsewhere a value of another type than was meant is
// refused.
const attributesField = "attributes"

// plainText matches scalars without quotes that are read as they are written, unless they are one of plainWords in lower case.
var (
	plainText  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_./@ -]*$|^0$|^-?[1-9]\d{0,14}$|^$`)
	plainWords = []string{"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
)

// isPlain reports whether a scalar may be read as something else than is written: it has no quotes, and is not of a common form.
func isPlain(node *yaml.Node) bool {
	return node.Kind == yaml.ScalarNode && node.Style == 0 && node.Tag != "!!merge" &&
		(!plainText.MatchString(node.Value) || slices.Contains(plainWords, strings.ToLower(node.Value)))
}

// keyName returns the name that a key of a map has once it is read: kubectl reads YAML 1.1, in which yes is true.
func keyName(key *yaml.Node) string {
	if !isPlain(key) {
		return key.Value
	}
	var read map[string]any
	if sigsyaml.Unmarshal([]byte("? "+key.Value+"\n: 0"), &read) == nil && len(read) == 1 {
		for name := range read {
			return name
		}
	}
	return key.Value
}

// readAs returns how a scalar is read, in JSON, if that is something else than is written; empty if it is not.
func readAs(node *yaml.Node) string {
	if !isPlain(node) {
		return ""
	}
	var value any
	converted, err := sigsyaml.YAMLToJSON([]byte(node.Value))
	if err != nil || json.Unmarshal(converted, &value) != nil {
		return ""
	}
	read := strings.TrimSpace(string(converted))
	switch v := value.(type) {
	case string:
		if v == node.Value {
			return ""
		}
	case float64:
		if read == node.Value || strconv.FormatFloat(v, 'f', -1, 64) == node.Value {
			return ""
		}
	case bool:
		if strings.EqualFold(read, node.Value) {
			return ""
		}
	case nil:
		return ""
	}
	return read
}

// misread warns of the names and values in a map of attributes that are read as something else than is written.
func (p *parser) misread(o *Object, node *yaml.Node, path *field.Path) {
	warn := func(at *yaml.Node, path *field.Path, format string, args ...any) {
		p.result.Diagnostics = append(p.result.Diagnostics, Diagnostic{
			Position: Position{File: o.Position.File, Line: o.offset + at.Line}, Object: o, Field: path.String(),
			Reason: ReasonMisreadValue, Message: fmt.Sprintf(format, args...), Warning: true,
		})
	}
	switch node.Kind {
	case yaml.ScalarNode:
		if read := readAs(node); read != "" {
			warn(node, path, "%s is read as %s: if text is meant, write it in quotes, %q", node.Value, read, node.Value)
		}
	case yaml.SequenceNode:
		for i, item := range node.Content {
			p.misread(o, item, path.Index(i))
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			key, value := node.Content[i], node.Content[i+1]
			if name := keyName(key); name != key.Value {
				warn(key, path.Child(key.Value), "the name %s is read as %s: write it in quotes, %q", key.Value, name, key.Value)
			}
			p.misread(o, value, path.Child(key.Value))
		}
	}
}
