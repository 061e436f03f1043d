// SPDX-License-Identifier: Apache-2.0

package crdschema

import (
	"fmt"
	"slices"
	"strings"

	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"

	"github.com/rolewright/rolewright/internal/suggest"
)

// unknownField returns the message for an unknown field, with the closest name or, if none is close, all names.
func (k *kindSchema) unknownField(path string) string {
	segments := strings.Split(path, ".")
	parent := k.structural
	for _, segment := range segments[:len(segments)-1] {
		name, _, isItem := strings.Cut(segment, "[")
		child, ok := parent.Properties[name]
		if !ok {
			return "unknown field"
		}
		parent = &child
		if isItem && parent.Items != nil {
			parent = parent.Items
		}
	}
	name, _, _ := strings.Cut(segments[len(segments)-1], "[")
	return unknownName(name, properties(parent))
}

// unknownName says that there is no field of a name where there are others.
func unknownName(name string, known []string) string {
	if len(known) == 0 {
		return fmt.Sprintf("unknown field %q", name)
	}
	if closest := suggest.Closest(name, known); closest != "" {
		return fmt.Sprintf("unknown field %q: did you mean %q?", name, closest)
	}
	return fmt.Sprintf("unknown field %q: the fields here are %s", name, strings.Join(known, ", "))
}

func properties(s *structuralschema.Structural) []string {
	names := make([]string, 0, len(s.Properties))
	for name := range s.Properties {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
