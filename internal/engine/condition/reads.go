// SPDX-License-Identifier: Apache-2.0

package condition

import (
	"strings"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/ast"
)

// Reads says which parts of an Input the result of an expression may depend on, as a set of bits.
type Reads uint16

// Parts of an Input. The resource is told field by field, because who lists resources knows some of them beforehand.
const (
	ReadsSubject Reads = 1 << iota
	ReadsAction
	ReadsResourceType
	ReadsResourceID
	ReadsResourceProperties
	ReadsResourceUnit
	ReadsContext
	ReadsNow
	ReadsDirectory

	// ReadsResource is any field of the resource.
	ReadsResource = ReadsResourceType | ReadsResourceID | ReadsResourceProperties | ReadsResourceUnit
)

// variables maps the variables to what an expression reads that names them.
var variables = map[string]Reads{
	varSubject: ReadsSubject, varAction: ReadsAction, varResource: ReadsResource, varContext: ReadsContext, varNow: ReadsNow,
	varDirectory: ReadsDirectory,
}

// resourceFields maps the fields of the resource to what an expression reads that selects them.
var resourceFields = map[string]Reads{
	"type": ReadsResourceType, "id": ReadsResourceID, "properties": ReadsResourceProperties, "unit": ReadsResourceUnit,
}

// Any reports whether any of some parts are read.
func (r Reads) Any(parts Reads) bool { return r&parts != 0 }

// readsOf finds what a checked expression may depend on. It errs on the side of more: a variable counts as read wherever
// its name stands, and a resource that is used otherwise than by selecting a field of it counts as read whole.
func readsOf(checked *cel.Ast) Reads {
	var reads Reads
	selected := map[int64]bool{}
	native := checked.NativeRep()
	ast.PreOrderVisit(native.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() != ast.SelectKind {
			return
		}
		operand := e.AsSelect().Operand()
		if field, known := resourceFields[e.AsSelect().FieldName()]; known && withoutDot(operand.AsIdent()) == varResource {
			reads |= field
			selected[operand.ID()] = true
		}
	}))
	for id, reference := range native.ReferenceMap() {
		if !selected[id] {
			reads |= variables[withoutDot(reference.Name)]
		}
	}
	return reads
}

// withoutDot leaves out the leading dot of a name, which says that no local variable is meant.
func withoutDot(name string) string { return strings.TrimPrefix(name, ".") }
