// SPDX-License-Identifier: Apache-2.0

package condition

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/ast"
)

// ReadPath is a value of an Input that an expression reads: a variable, and what is selected of it.
type ReadPath []string

// String writes the path as an expression does.
func (p ReadPath) String() string {
	text := p[0]
	var textSb21 strings.Builder
	for _, key := range p[1:] {
		if identifier.MatchString(key) {
			textSb21.WriteString("." + key)
		} else {
			textSb21.WriteString("[" + strconv.Quote(key) + "]")
		}
	}
	text += textSb21.String()
	return text
}

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// Paths are the values that the expression reads, in the order in which it names them, each once.
func (p *Program) Paths() []ReadPath { return p.paths }

// pathsOf finds what an expression reads: as much of each chain of selections as is known before it is evaluated.
func pathsOf(checked *cel.Ast) []ReadPath {
	var paths []ReadPath
	inner := map[int64]bool{}
	ast.PreOrderVisit(checked.NativeRep().Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		path := ReadPath(Path(e))
		if len(path) == 0 {
			return
		}
		if operand := operandOf(e); operand != nil {
			inner[operand.ID()] = true
		}
		path[0] = withoutDot(path[0])
		known := func(other ReadPath) bool { return slices.Equal(other, path) }
		if _, ours := variables[path[0]]; ours && !inner[e.ID()] && path[0] != varDirectory && !slices.ContainsFunc(paths, known) {
			paths = append(paths, path)
		}
	}))
	return paths
}

// operandOf returns what an expression with a path selects from; nil if it is a variable.
func operandOf(e ast.Expr) ast.Expr {
	switch e.Kind() {
	case ast.SelectKind:
		return e.AsSelect().Operand()
	case ast.CallKind:
		return e.AsCall().Args()[0]
	default:
		return nil
	}
}

// Overlaps reports whether the results of two programs may depend on the same: on a value that both read, other than who
// asks for what, or on the directory.
func (p *Program) Overlaps(other *Program) bool {
	if p.reads.Any(ReadsDirectory) && other.reads.Any(ReadsDirectory) || p.reads.Any(ReadsNow) && other.reads.Any(ReadsNow) {
		return true
	}
	return slices.ContainsFunc(p.paths, func(path ReadPath) bool { return !path.isFixed() && other.ReadsAt(path) })
}

// ReadsAt reports whether the expression reads the value at a path, a part of it, or what it is a part of.
func (p *Program) ReadsAt(path ReadPath) bool {
	return slices.ContainsFunc(p.paths, func(read ReadPath) bool {
		shorter := min(len(read), len(path))
		return slices.Equal(read[:shorter], path[:shorter])
	})
}

// isFixed reports whether the path is part of the question itself.
func (p ReadPath) isFixed() bool {
	return slices.Contains([]string{"subject.id", "subject.type", "action.name"}, strings.Join(p, "."))
}
