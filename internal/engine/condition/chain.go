// SPDX-License-Identifier: Apache-2.0

package condition

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/types"
)

// chainContext are the fields that the context of a chain's conditions has. Below dimensions, each dimension has a field.
var chainContext = []string{
	"beneficiary", "justification",
	"grant", "grant.role", "grant.durationSeconds", "grant.startTime", "grant.renewalOf",
	"grant.scope", "grant.scope.everywhere", "grant.scope.units", "grant.scope.unitGroups", "grant.scope.dimensions",
}

const dimensionFields = "grant.scope.dimensions."

// ChainContext lists the fields that the context of a chain's conditions has, if the request asks for a role and says all that it
// can say about it.
func ChainContext() []string { return slices.Clone(chainContext) }

// CompileChain compiles a condition of a chain or of one of its steps. Their context has the same fields for every request, so
// one that it cannot have is an error: has() would say of a misspelt field that no role is asked for.
func CompileChain(expression string) (*Program, error) {
	program, err := Compile(expression)
	if err != nil {
		return nil, err
	}
	for _, field := range program.context {
		if !slices.Contains(chainContext, field) && !strings.HasPrefix(field, dimensionFields) {
			return nil, fmt.Errorf("there is no context.%s: use %s", field, "context."+strings.Join(chainContext, ", context."))
		}
	}
	return program, nil
}

// contextFields lists the fields of the context that a checked expression selects, the outermost first: grant and grant.role for
// context.grant.role.
func contextFields(checked *cel.Ast) []string {
	var fields []string
	ast.PreOrderVisit(checked.NativeRep().Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		path := Path(e)
		if len(path) < 2 || withoutDot(path[0]) != varContext {
			return
		}
		if field := strings.Join(path[1:], "."); !slices.Contains(fields, field) {
			fields = append(fields, field)
		}
	}))
	slices.Sort(fields)
	return fields
}

// Path returns the path that an expression selects by names, from a variable: resource, properties and owner for
// resource.properties["owner"]. It is empty if the expression is another one.
func Path(e ast.Expr) []string {
	var operand ast.Expr
	var field string
	switch e.Kind() {
	case ast.IdentKind:
		return []string{e.AsIdent()}
	case ast.SelectKind:
		operand, field = e.AsSelect().Operand(), e.AsSelect().FieldName()
	case ast.CallKind:
		call := e.AsCall()
		if call.FunctionName() != operators.Index || call.Args()[1].Kind() != ast.LiteralKind {
			return nil
		}
		name, isName := call.Args()[1].AsLiteral().(types.String)
		if !isName {
			return nil
		}
		operand, field = call.Args()[0], string(name)
	default:
		return nil
	}
	if outer := Path(operand); len(outer) > 0 {
		return append(outer, field)
	}
	return nil
}
