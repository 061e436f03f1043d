// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Reasons of diagnostics.
const (
	// ReasonInvalidSyntax means that a document is neither YAML nor JSON.
	ReasonInvalidSyntax = "InvalidSyntax"
	// ReasonNotAnObject means that a document is not a Kubernetes object.
	ReasonNotAnObject = "NotAnObject"
	// ReasonDuplicateField means that a field is set twice.
	ReasonDuplicateField = "DuplicateField"
	// ReasonMisreadValue means that YAML reads a value as something else than is written: an error where text is expected, a warning
	// in attributes.
	ReasonMisreadValue = "MisreadValue"
	// ReasonDuplicateObject means that an object is defined twice.
	ReasonDuplicateObject = "DuplicateObject"
	// ReasonUnknownField means that an object has no such field.
	ReasonUnknownField = "UnknownField"
	// ReasonForeignAPIGroup means that an object of another group looks like one of ours.
	ReasonForeignAPIGroup = "ForeignAPIGroup"
)

// Result is what was read from manifests.
type Result struct {
	// Objects are the objects of the group, in the order in which they were read, without duplicates.
	Objects []*Object
	// Suites are the test suites beside the objects, which no cluster knows.
	Suites []Suite
	// Diagnostics lists what is wrong with the manifests, in the order in which it was found.
	Diagnostics []Diagnostic
	// Skipped counts the objects of other groups.
	Skipped int
	// Files counts the files and streams that were read.
	Files int
}

// Suite is a test suite.
type Suite struct {
	Object *Object
	// Diagnostics lists what is wrong with its YAML. It concerns nobody but those who run the suite.
	Diagnostics []Diagnostic
}

// Diagnostic is one thing that is wrong with a manifest.
type Diagnostic struct {
	Position Position
	// Warning marks a diagnostic that keeps nothing from taking effect.
	Warning bool
	// Object is the object in question, nil if it is unknown.
	Object *Object
	// Source is the document if it cannot be read as an object, nil otherwise.
	Source *Source
	// Field is the path of the field, empty for the document as a whole.
	Field string
	// Reason is a stable code, in CamelCase.
	Reason string
	// Message says what is wrong and what to do.
	Message string
}

// Object is one object of the group.
type Object struct {
	// Position is where the object begins.
	Position        Position
	GVK             schema.GroupVersionKind
	Namespace, Name string
	// Value is the object as decoded from JSON, with whole numbers as int64.
	Value map[string]any

	// Source is the document that the object is written in.
	Source *Source

	node *yaml.Node
	// offset is the number of lines before the document of node.
	offset int
}

// String returns the name of the object: Kind namespace/name.
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

// key identifies an object in a cluster.
type key struct {
	kind            schema.GroupKind
	namespace, name string
}

func (o *Object) key() key { return key{o.GVK.GroupKind(), o.Namespace, o.Name} }
