// SPDX-License-Identifier: Apache-2.0

package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// collector walks one file and collects the places where an operator applies.
type collector struct {
	mod      *module
	pkg      *sourcePackage
	file     *sourceFile
	function string
	parents  []ast.Node
	found    []*mutant
}

// candidates returns every mutant of the module's packages.
func (m *module) candidates() []*mutant {
	var all []*mutant
	for _, pkg := range m.packages {
		for _, file := range pkg.files {
			c := &collector{mod: m, pkg: pkg, file: file}
			for _, declaration := range file.syntax.Decls {
				c.declaration(declaration)
			}
			all = append(all, c.found...)
		}
	}
	occurrences := map[key]int{}
	for _, found := range all {
		place := found.key
		found.key.Occurrence = occurrences[place]
		occurrences[place]++
	}
	return all
}

func (c *collector) declaration(declaration ast.Decl) {
	function, ok := declaration.(*ast.FuncDecl)
	if !ok || function.Body == nil || describesItself(function) {
		return
	}
	c.function = function.Name.Name
	if function.Recv != nil {
		receiver := types.ExprString(function.Recv.List[0].Type)
		c.function = strings.TrimPrefix(receiver, "*") + "." + c.function
	}
	c.parents = []ast.Node{function}
	ast.Inspect(function.Body, func(node ast.Node) bool {
		if node == nil {
			c.parents = c.parents[:len(c.parents)-1]
			return true
		}
		if c.isHint(node) || c.guardsPanic(node) {
			return false
		}
		c.visit(node)
		c.parents = append(c.parents, node)
		return true
	})
}

// describesItself reports whether a function is for debugging output alone.
func describesItself(function *ast.FuncDecl) bool {
	return function.Recv != nil && (function.Name.Name == "String" || function.Name.Name == "GoString")
}

// isHint reports whether the node is a size given to make or to a method Grow, which
// changes nothing but speed, or a panic, which no test should reach.
func (c *collector) isHint(node ast.Node) bool {
	call, ok := node.(*ast.CallExpr)
	if !ok {
		return false
	}
	if selector, ok := call.Fun.(*ast.SelectorExpr); ok {
		return selector.Sel.Name == "Grow"
	}
	return c.isBuiltin(call, "make", "panic")
}

// isBuiltin reports whether a call is of one of the language's own functions.
func (c *collector) isBuiltin(call *ast.CallExpr, names ...string) bool {
	name, ok := call.Fun.(*ast.Ident)
	if !ok || !slices.Contains(names, name.Name) {
		return false
	}
	_, builtin := c.pkg.info.Uses[name].(*types.Builtin)
	return builtin
}

// guardsPanic reports whether the node is an if that does nothing but panic: no test
// should reach what is in it.
func (c *collector) guardsPanic(node ast.Node) bool {
	only := onlyStatement(node)
	if only == nil {
		return false
	}
	statement, ok := only.(*ast.ExprStmt)
	if !ok {
		return false
	}
	call, ok := statement.X.(*ast.CallExpr)
	return ok && c.isBuiltin(call, "panic")
}

// onlyStatement returns the statement in an if that has one only, and no else.
func onlyStatement(node ast.Node) ast.Stmt {
	if branch, ok := node.(*ast.IfStmt); ok && branch.Else == nil && len(branch.Body.List) == 1 {
		return branch.Body.List[0]
	}
	return nil
}

func (c *collector) parent() ast.Node { return c.parents[len(c.parents)-1] }

func (c *collector) visit(node ast.Node) {
	switch node := node.(type) {
	case *ast.IfStmt:
		c.condition(node.Cond)
	case *ast.ForStmt:
		if node.Cond != nil {
			c.wrap("condition never holds", node.Cond, "(!mutantOn(%d) && (", "))")
		}
	case *ast.CaseClause:
		c.caseClause(node)
	case *ast.BinaryExpr:
		c.binary(node)
	case *ast.RangeStmt:
		if _, ok := c.underlying(node.X).(*types.Slice); ok {
			c.wrap("only the first element", node.X, "mutantFirst(%d, ", ")")
		}
	case *ast.ReturnStmt:
		c.returns(node)
	case *ast.KeyValueExpr:
		c.field(node)
	case ast.Stmt:
		c.statement(node)
	}
}

func (c *collector) condition(cond ast.Expr) {
	c.wrap("condition always holds", cond, "(mutantOn(%d) || (", "))")
	c.wrap("condition never holds", cond, "(!mutantOn(%d) && (", "))")
	c.wrap("negated condition", cond, "(mutantOn(%d) != (", "))")
}

func (c *collector) caseClause(node *ast.CaseClause) {
	statement, ok := c.parents[len(c.parents)-2].(*ast.SwitchStmt)
	if !ok || statement.Tag != nil {
		return
	}
	for _, cond := range node.List {
		c.condition(cond)
	}
}

var boundaries = map[token.Token]string{token.LSS: "<=", token.LEQ: "<", token.GTR: ">=", token.GEQ: ">"}

func (c *collector) binary(node *ast.BinaryExpr) {
	if c.pkg.info.Types[node].Value != nil {
		return
	}
	switch node.Op { //nolint:exhaustive // other operators stay as they are
	case token.LAND:
		c.wrap("left operand of && left out", node.X, "(mutantOn(%d) || (", "))")
		c.wrap("right operand of && left out", node.Y, "(mutantOn(%d) || (", "))")
		c.exchange(node)
	case token.LOR:
		c.wrap("left operand of || left out", node.X, "(!mutantOn(%d) && (", "))")
		c.wrap("right operand of || left out", node.Y, "(!mutantOn(%d) && (", "))")
		c.exchange(node)
	case token.LSS, token.LEQ, token.GTR, token.GEQ:
		left, right := c.text(node.X), c.text(node.Y)
		if strings.Contains(left+right, "\n") || c.isNotEmpty(node) {
			return
		}
		other := left + " " + boundaries[node.Op] + " " + right
		c.wrap(node.Op.String()+" becomes "+boundaries[node.Op], node,
			"(mutantOn(%d) && ("+escape(other)+") || !mutantOn(%d) && (", "))")
	case token.ADD, token.SUB:
		if basic, ok := c.underlying(node.Y).(*types.Basic); ok && basic.Info()&types.IsNumeric != 0 {
			c.insert("+ and - exchanged", node, node.Y, "mutantNegated"+c.argument(node.Y)+"(%d, ", ")")
		}
	}
}

// isNotEmpty reports whether a comparison such as "len(x) > 0" is a condition, or an
// operand of &&: ">= 0" would be the condition that always holds, which is drawn already.
func (c *collector) isNotEmpty(node *ast.BinaryExpr) bool {
	length, ok := node.X.(*ast.CallExpr)
	if !ok || node.Op != token.GTR || !c.isBuiltin(length, "len") || c.text(node.Y) != "0" {
		return false
	}
	switch parent := c.parent().(type) {
	case *ast.IfStmt:
		return true
	case *ast.BinaryExpr:
		return parent.Op == token.LAND
	}
	return false
}

// exchange makes "||" of "&&" and the other way round: with both operands and
// the result negated, one is the other.
func (c *collector) exchange(node *ast.BinaryExpr) {
	found := c.insert("&& and || exchanged", node, node.X, "(mutantOn(%d) != ((mutantOn(%d) != (", "))")
	found.insertions[0].outermost = true
	found.insertions = append(found.insertions, insertion{
		start: c.offset(node.Y.Pos()), end: c.offset(node.Y.End()),
		before: "(mutantOn(%d) != (", after: "))))", outermost: true,
	})
}

func (c *collector) returns(node *ast.ReturnStmt) {
	if c.isEarly() && !c.isAlone() {
		c.wrap("return left out", node, "if !mutantOn(%d) { ", " }")
	}
	for _, result := range node.Results {
		c.zero("zero returned", result)
	}
}

// isEarly reports whether the statement can be left out: it stands at the end of
// an if without else, or of a loop.
func (c *collector) isEarly() bool {
	if len(c.parents) < 3 {
		return false
	}
	if _, ok := c.parent().(*ast.BlockStmt); !ok {
		return false
	}
	switch owner := c.parents[len(c.parents)-2].(type) {
	case *ast.IfStmt:
		_, chained := c.parents[len(c.parents)-3].(*ast.IfStmt)
		return owner.Else == nil && !chained
	case *ast.ForStmt, *ast.RangeStmt:
		return true
	}
	return false
}

// isAlone reports whether the statement is the only one of an if without else: leaving
// it out is the condition that never holds, which is drawn already, unless the condition
// itself calls what might do something.
func (c *collector) isAlone() bool {
	if len(c.parents) < 2 {
		return false
	}
	branch, ok := c.parents[len(c.parents)-2].(*ast.IfStmt)
	if !ok || onlyStatement(branch) == nil {
		return false
	}
	calls := false
	ast.Inspect(branch.Cond, func(node ast.Node) bool {
		if call, ok := node.(*ast.CallExpr); ok && !c.isBuiltin(call, "len", "cap") && !c.pkg.info.Types[call.Fun].IsType() {
			calls = true
		}
		return !calls
	})
	return !calls
}

func (c *collector) field(node *ast.KeyValueExpr) {
	literal, ok := c.parent().(*ast.CompositeLit)
	if !ok {
		return
	}
	if isStruct(c.underlying(literal)) {
		c.zero("field "+types.ExprString(node.Key)+" left out", node.Value)
	}
}

// isZero reports whether a value is written as the zero value of its type.
func isZero(value ast.Expr, known types.TypeAndValue) bool {
	if known.Value != nil {
		return known.Value.ExactString() == `""` || known.Value.ExactString() == "0"
	}
	literal, is := value.(*ast.CompositeLit)
	return is && len(literal.Elts) == 0 && isStruct(known.Type)
}

func isStruct(t types.Type) bool {
	_, is := t.Underlying().(*types.Struct)
	return is
}

// zero replaces a value by the zero value of its type; a boolean is flipped.
func (c *collector) zero(operator string, value ast.Expr) {
	known := c.pkg.info.Types[value]
	if known.IsNil() || known.Type == nil || known.IsVoid() {
		return
	}
	if _, tuple := known.Type.(*types.Tuple); tuple {
		return
	}
	if basic, ok := known.Type.Underlying().(*types.Basic); ok && basic.Info()&types.IsBoolean != 0 {
		c.wrap("flipped: "+operator, value, "(mutantOn(%d) != (", "))")
		return
	}
	if isZero(value, known) {
		return
	}
	c.wrap(operator, value, "mutantZero"+c.argument(value)+"(%d, ", ")")
}

// argument returns the type argument that a constant needs to keep its type, and so does
// a constant that is shifted.
func (c *collector) argument(value ast.Expr) string {
	known := c.pkg.info.Types[value]
	shift, ok := value.(*ast.BinaryExpr)
	constant := known.Value != nil || ok && shift.Op == token.SHL && c.pkg.info.Types[shift.X].Value != nil
	if basic, ok := known.Type.(*types.Basic); ok && constant && basic.Info()&types.IsUntyped == 0 {
		return "[" + basic.Name() + "]"
	}
	return ""
}

func (c *collector) statement(node ast.Stmt) {
	switch c.parent().(type) {
	case *ast.BlockStmt, *ast.CaseClause, *ast.CommClause:
	default:
		return
	}
	if operator := c.omission(node); operator != "" && !c.isAlone() {
		c.wrap(operator, node, "if !mutantOn(%d) { ", " }")
	}
}

// omission returns the operator that leaves out a statement, or nothing if the
// statement must stay.
func (c *collector) omission(node ast.Stmt) string {
	const left = "statement left out"
	switch node := node.(type) {
	case *ast.AssignStmt:
		if blank, ok := node.Lhs[0].(*ast.Ident); node.Tok != token.DEFINE && (!ok || blank.Name != "_") {
			return left
		}
	case *ast.ExprStmt:
		if !c.isUnnoticeable(node.X) {
			return left
		}
	case *ast.BranchStmt:
		if node.Tok == token.BREAK || node.Tok == token.CONTINUE {
			return node.Tok.String() + " left out"
		}
	case *ast.IncDecStmt, *ast.SendStmt:
		return left
	}
	return ""
}

// isUnnoticeable reports whether no test notices the absence of an expression: a
// panic, a call of package sync such as Lock, or one of a method Grow, which
// reserves memory.
func (c *collector) isUnnoticeable(expr ast.Expr) bool {
	call, ok := expr.(*ast.CallExpr)
	if !ok {
		return true
	}
	if c.isHint(call) {
		return true
	}
	selector, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	object := c.pkg.info.Uses[selector.Sel]
	return object != nil && object.Pkg() != nil && (object.Name() == "Grow" || strings.HasPrefix(object.Pkg().Path(), "sync"))
}
