// SPDX-License-Identifier: Apache-2.0

package extauthz

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/rolewright/rolewright/internal/suggest"
)

// field is a value of the file that is being read, with its place.
type field struct {
	node *yaml.Node
	// file is what errors call the file, name the field, such as routes[2].path; empty for the whole.
	file, name string
}

// parseFile parses the one document of a file.
func parseFile(file string, text []byte) (field, error) {
	decoder := yaml.NewDecoder(strings.NewReader(string(text)))
	var document, more yaml.Node
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF):
		return field{}, fmt.Errorf("%s: the file is empty", file)
	case err != nil:
		return field{}, fmt.Errorf("%s: %s", file, strings.TrimPrefix(err.Error(), "yaml: "))
	}
	root := field{node: document.Content[0], file: file}
	if err := decoder.Decode(&more); !errors.Is(err, io.EOF) {
		return field{}, root.errorf("there is something after the first document: a file holds one mapping")
	}
	return root, nil
}

// errorf returns an error that names the file, the line and the field.
func (f field) errorf(format string, args ...any) error {
	at := fmt.Sprintf("%s:%d: ", f.file, f.node.Line)
	if f.name != "" {
		at += f.name + ": "
	}
	return errors.New(at + fmt.Sprintf(format, args...))
}

// members returns the members of an object, all of which must be known.
func (f field) members(known ...string) (map[string]field, error) {
	if f.node.Kind != yaml.MappingNode {
		return nil, f.errorf("it is %s: it must be an object", f.kind())
	}
	members := make(map[string]field, len(f.node.Content)/2)
	for i := 0; i < len(f.node.Content); i += 2 {
		key, value := f.node.Content[i], f.node.Content[i+1]
		name := key.Value
		at := field{node: key, file: f.file, name: f.child(name)}
		switch _, twice := members[name]; {
		case key.Kind != yaml.ScalarNode || key.Tag != "!!str":
			return nil, at.errorf("the name of a field must be a text")
		case twice:
			return nil, at.errorf("it is given twice")
		case known != nil && !slices.Contains(known, name):
			return nil, at.errorf("there is no such field%s: there are %s", didYouMean(name, known), strings.Join(known, ", "))
		}
		members[name] = field{node: value, file: f.file, name: f.child(name)}
	}
	return members, nil
}

func (f field) child(name string) string {
	if f.name == "" {
		return name
	}
	return f.name + "." + name
}

// list returns the elements of a list, of which there must be some.
func (f field) list() ([]field, error) {
	if f.node.Kind != yaml.SequenceNode || len(f.node.Content) == 0 {
		return nil, f.errorf("it is %s: it must be a list with at least one element", f.kind())
	}
	elements := make([]field, len(f.node.Content))
	for i, node := range f.node.Content {
		elements[i] = field{node: node, file: f.file, name: fmt.Sprintf("%s[%d]", f.name, i)}
	}
	return elements, nil
}

// text returns a text that is not empty.
func (f field) text() (string, error) {
	if f.node.Kind != yaml.ScalarNode || f.node.Tag != "!!str" || f.node.Value == "" {
		return "", f.errorf("it is %s: it must be a text that is not empty", f.kind())
	}
	return f.node.Value, nil
}

// texts returns a list of texts.
func (f field) texts() ([]string, error) {
	elements, err := f.list()
	if err != nil {
		return nil, err
	}
	texts := make([]string, len(elements))
	for i, element := range elements {
		if texts[i], err = element.text(); err != nil {
			return nil, err
		}
	}
	return texts, nil
}

// flag returns true or false.
func (f field) flag() (bool, error) {
	var value bool
	if f.node.Kind != yaml.ScalarNode || f.node.Tag != "!!bool" || f.node.Decode(&value) != nil {
		return false, f.errorf("it is %s: it must be true or false", f.kind())
	}
	return value, nil
}

// scalar returns a text, a number or a boolean, as it would be read from JSON.
func (f field) scalar() (any, error) {
	if f.node.Kind == yaml.ScalarNode {
		switch f.node.Tag {
		case "!!str":
			return f.node.Value, nil
		case "!!bool":
			return f.flag()
		case "!!int", "!!float":
			var number float64
			if err := f.node.Decode(&number); err == nil {
				return number, nil
			}
		}
	}
	return nil, f.errorf("it is %s: it must be a text, a number or a boolean", f.kind())
}

// kind describes what is written.
func (f field) kind() string {
	switch n := f.node; {
	case n.Kind == yaml.MappingNode:
		return "an object"
	case n.Kind == yaml.SequenceNode && len(n.Content) == 0:
		return "an empty list"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Kind == yaml.AliasNode:
		return "an alias, which is not supported"
	case n.Tag == "!!null":
		return "nothing"
	case n.Tag == "!!str" && n.Value == "":
		return "an empty text"
	case n.Tag == "!!str":
		return fmt.Sprintf("the text %q", n.Value)
	default:
		return n.Value
	}
}

// didYouMean names the candidate that is close to a name, if there is one.
func didYouMean(name string, candidates []string) string {
	if closest := suggest.Closest(name, candidates); closest != "" {
		return fmt.Sprintf("; did you mean %q", closest)
	}
	return ""
}
