// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"fmt"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Reasons of diagnostics.
const (
	// ReasonInvalidSyntax is a document that is neither YAML nor JSON.
	ReasonInvalidSyntax = "InvalidSyntax"
	// ReasonNotAnObject is a document that is no Kubernetes object.
	ReasonNotAnObject = "NotAnObject"
	// ReasonDuplicateField is a field that is written twice.
	ReasonDuplicateField = "DuplicateField"
	// ReasonDuplicateObject is an object that is written twice.
	ReasonDuplicateObject = "DuplicateObject"
	// ReasonForeignAPIGroup is an object that looks like one of ours and names another group. It is a warning.
	ReasonForeignAPIGroup = "ForeignAPIGroup"
)

// Result is what was read.
type Result struct {
	// Objects of the group, in the order in which they were read. None stands in it twice.
	Objects []*Object
	// Diagnostics of reading, in the order in which they were met.
	Diagnostics []Diagnostic
	// Skipped counts the objects of other groups.
	Skipped int
	// Files counts the files and streams that were read.
	Files int
}

// Position is a line of a file.
type Position struct {
	File string
	// Line counts from 1.
	Line int
}

// String is the place as compilers write it.
func (p Position) String() string { return fmt.Sprintf("%s:%d", p.File, p.Line) }

// Diagnostic is one thing that is wrong with what was read.
type Diagnostic struct {
	Position Position
	// Warning is set on a diagnostic that keeps nothing from taking effect.
	Warning bool
	// Object is what the diagnostic is about, nil when it could not be told.
	Object *Object
	// Field is the path of the field, empty for the document as a whole.
	Field string
	// Reason is a stable code, in CamelCase.
	Reason string
	// Message says what is wrong and what would be right.
	Message string
}

// Object is one object of the group.
type Object struct {
	// Position is where the object begins.
	Position        Position
	GVK             schema.GroupVersionKind
	Namespace, Name string
	// Value is the object as JSON decodes it, with whole numbers as int64.
	Value map[string]any

	node *yaml.Node
	// offset is what the lines of node are counted from.
	offset int
}

// String names the object: Kind namespace/name.
func (o *Object) String() string {
	name := o.Name
	if name == "" {
		name = "(no name)"
	}
	if o.Namespace != "" {
		name = o.Namespace + "/" + name
	}
	return o.GVK.Kind + " " + name
}

// key identifies the object among those that a cluster holds.
type key struct {
	kind            schema.GroupKind
	namespace, name string
}

func (o *Object) key() key { return key{o.GVK.GroupKind(), o.Namespace, o.Name} }
