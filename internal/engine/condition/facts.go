// SPDX-License-Identifier: Apache-2.0

package condition

import (
	"slices"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/types"
)

// Facts are what the result of an expression may depend on of what the directory knows. A comparison of two directories
// needs them: an expression yields the same over both if none of its facts differ.
type Facts struct {
	// Subject, Unit and Resource are the attributes that are read of the subject, of the unit that the resource lies in, and of the
	// resource, which may be a unit itself.
	Subject, Unit, Resource Attributes
	// Questions are those that are asked of the directory.
	Questions []Question
}

// Attributes are names of attributes, or all of them.
type Attributes struct {
	All   bool
	Names []string
}

// Any reports whether any of some names may be read.
func (a Attributes) Any(names []string) bool {
	return a.All && len(names) > 0 || slices.ContainsFunc(names, func(name string) bool { return slices.Contains(a.Names, name) })
}

// Question is a call of a function of the directory.
type Question struct {
	// Function is isManager or isAbove; empty if it cannot be told.
	Function string
	// OfSubject is set if the first argument is the id of the subject, AboutSubject if the second is.
	OfSubject, AboutSubject bool
}

// Facts returns what the result may depend on of what the directory knows.
func (p *Program) Facts() Facts { return p.facts }

// factsOf finds the facts of a checked expression. It errs on the side of more: whatever is not read by a constant name counts as
// read whole.
func factsOf(checked *cel.Ast) Facts {
	var f Facts
	f.visit(checked.NativeRep().Expr())
	return f
}

func (f *Facts) visit(e ast.Expr) {
	if path, is := pathOf(e); is {
		f.read(path)
		return
	}
	switch e.Kind() {
	case ast.SelectKind:
		f.visit(e.AsSelect().Operand())
	case ast.CallKind:
		f.call(e.AsCall())
	case ast.ListKind:
		for _, element := range e.AsList().Elements() {
			f.visit(element)
		}
	case ast.MapKind, ast.StructKind:
		f.visitEntries(e)
	case ast.ComprehensionKind:
		c := e.AsComprehension()
		for _, part := range []ast.Expr{c.IterRange(), c.AccuInit(), c.LoopCondition(), c.LoopStep(), c.Result()} {
			f.visit(part)
		}
	case ast.UnspecifiedExprKind, ast.LiteralKind, ast.IdentKind:
	}
}

// visitEntries visits the entries of a map or the fields of a structure.
func (f *Facts) visitEntries(e ast.Expr) {
	if e.Kind() == ast.MapKind {
		for _, entry := range e.AsMap().Entries() {
			f.visit(entry.AsMapEntry().Key())
			f.visit(entry.AsMapEntry().Value())
		}
		return
	}
	for _, field := range e.AsStruct().Fields() {
		f.visit(field.AsStructField().Value())
	}
}

func (f *Facts) call(call ast.CallExpr) {
	if call.IsMemberFunction() {
		if path, is := pathOf(call.Target()); is && path.variable == varDirectory && len(path.fields) == 0 {
			f.ask(call)
			return
		}
		f.visit(call.Target())
	}
	if path, name, is := membership(call); is {
		f.read(path.at(name))
		return
	}
	for _, argument := range call.Args() {
		f.visit(argument)
	}
}

// ask notes a question to the directory, and reads its arguments.
func (f *Facts) ask(call ast.CallExpr) {
	q := Question{Function: call.FunctionName()}
	for i, argument := range call.Args() {
		f.visit(argument)
		path, is := pathOf(argument)
		ofSubject := is && path.variable == varSubject && slices.Equal(path.fields, []string{"id"})
		if i == 0 {
			q.OfSubject = ofSubject
		} else {
			q.AboutSubject = ofSubject
		}
	}
	f.Questions = append(f.Questions, q)
}

// membership returns what 'name' in subject.properties asks for.
func membership(call ast.CallExpr) (where path, name string, is bool) {
	if call.FunctionName() != operators.In {
		return path{}, "", false
	}
	name, isName := literal(call.Args()[0])
	where, isPath := pathOf(call.Args()[1])
	return where, name, isName && isPath
}

// read notes what is read by a path.
func (f *Facts) read(p path) {
	field := ""
	if len(p.fields) > 0 {
		field = p.fields[0]
	}
	switch p.variable + "." + field {
	case varDirectory + ".":
		f.Questions = append(f.Questions, Question{})
	case varSubject + ".", varSubject + ".properties":
		f.Subject.read(p.fields)
	case varResource + ".":
		f.Resource.All, f.Unit.All = true, true
	case varResource + ".properties":
		f.Resource.read(p.fields)
	case varResource + ".unit":
		f.Unit.read(p.fields)
	}
}

// read notes that the second of some fields is read, or all if there is none.
func (a *Attributes) read(fields []string) {
	const field = 1
	switch {
	case len(fields) <= field:
		a.All = true
	case !slices.Contains(a.Names, fields[field]):
		a.Names = append(a.Names, fields[field])
	}
}

// path is a variable and the names by which something in it is selected.
type path struct {
	variable string
	fields   []string
}

func (p path) at(name string) path { return path{p.variable, append(slices.Clip(p.fields), name)} }

// pathOf returns the path that an expression is. The second result is false if it is none, or selects something not by a constant name.
func pathOf(e ast.Expr) (path, bool) {
	switch e.Kind() {
	case ast.IdentKind:
		return path{variable: withoutDot(e.AsIdent())}, true
	case ast.SelectKind:
		outer, is := pathOf(e.AsSelect().Operand())
		return outer.at(e.AsSelect().FieldName()), is
	case ast.CallKind:
		call := e.AsCall()
		if call.FunctionName() != operators.Index {
			return path{}, false
		}
		outer, isPath := pathOf(call.Args()[0])
		name, isName := literal(call.Args()[1])
		return outer.at(name), isPath && isName
	default:
		return path{}, false
	}
}

// literal returns a text that is written.
func literal(e ast.Expr) (text string, is bool) {
	if e.Kind() != ast.LiteralKind {
		return "", false
	}
	value, is := e.AsLiteral().(types.String)
	return string(value), is
}
