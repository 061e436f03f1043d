// SPDX-License-Identifier: Apache-2.0

package outcome

import (
	"maps"
	"math"
	"slices"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
)

// term is a part of an expression that is compared with constants: an attribute, subject.id, or size(context.list). Wherever it
// occurs it has the same value.
type term struct {
	written string
	// path is that of an attribute, empty if it is none.
	path []string
	// occurrences are the parts that are it.
	occurrences []ast.Expr
	// constants are those with which it is compared, and comparisons are where.
	constants   []ref.Val
	comparisons []ast.Expr
}

const (
	// mostTerms bounds how many parts are looked at that are no attributes.
	mostTerms = 8
	// mostConstants bounds with how many constants one of them is compared.
	mostConstants = 24
)

// terms returns what the expression compares with constants, in the order in which it is written.
func (a *analysis) terms() []*term {
	var found []*term
	locals := a.locals()
	ast.PreOrderVisit(a.checked.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() != ast.CallKind || !isComparison(e.AsCall().FunctionName()) {
			return
		}
		sides := e.AsCall().Args()
		for i, side := range sides {
			constants := a.constants(sides[1-i])
			if i == 1 && isIn(e.AsCall().FunctionName()) || constants == nil || mentions(side, locals) {
				continue
			}
			t := a.term(&found, side)
			if t == nil {
				continue
			}
			t.occurrences, t.comparisons = append(t.occurrences, side), append(t.comparisons, e)
			t.constants = append(t.constants, constants...)
		}
	}))
	return found
}

// isComparison reports whether a function compares its two operands.
func isComparison(function string) bool {
	_, is := relations[function]
	return is || isIn(function) || function == operators.Equals || function == operators.NotEquals
}

// term returns the term that an expression is, nil if it cannot be written. It is added if there is none yet.
func (a *analysis) term(terms *[]*term, e ast.Expr) *term {
	path := (&evaluation{}).path(e)
	written, err := cel.ExprToString(e, a.checked.SourceInfo())
	if err != nil {
		return nil
	}
	for _, t := range *terms {
		if len(path) > 0 && slices.Equal(t.path, path) || len(path) == 0 && len(t.path) == 0 && t.written == written {
			return t
		}
	}
	if len(path) > 0 {
		written = displayed(path)
	}
	t := &term{written: written, path: path}
	*terms = append(*terms, t)
	return t
}

// constants returns the constant that an expression is, or those that it lists; nil if it is something else.
func (a *analysis) constants(e ast.Expr) []ref.Val {
	steps := 0
	v := (&evaluation{checked: a.checked, steps: &steps}).eval(e)
	if v.constant != nil {
		return []ref.Val{v.constant}
	}
	return v.listed
}

// locals returns the names of the variables of comprehensions.
func (a *analysis) locals() []string {
	var names []string
	ast.PreOrderVisit(a.checked.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() == ast.ComprehensionKind {
			c := e.AsComprehension()
			names = append(names, c.IterVar(), c.IterVar2(), c.AccuVar())
		}
	}))
	return names
}

// mentions reports whether an expression contains a variable of some names.
func mentions(e ast.Expr, names []string) bool {
	found := false
	ast.PreOrderVisit(e, ast.NewExprVisitor(func(e ast.Expr) {
		found = found || e.Kind() == ast.IdentKind && slices.Contains(names, e.AsIdent())
	}))
	return found
}

// narrowTerm leaves out the outcomes that the expression has wherever a term lies in the order of the constants with which it is
// compared.
func (a *analysis) narrowTerm(found *Outcomes, t *term) {
	if len(t.constants) > mostConstants {
		return
	}
	steps := 0
	tried, met := a.tryTerm(t, &steps)
	if found.Steps += steps; steps > mostSteps {
		return
	}
	if found.True && !tried.possible.kinds.has(True) {
		for _, comparison := range t.comparisons {
			found.Compared = append(found.Compared, a.written(comparison))
		}
	}
	if t.written == "resource.type" {
		found.Types = met
	}
	found.leaveOut(t.written, tried)
	if len(t.path) > 0 {
		found.Attributes[t.written] = tried.attribute
	}
}

// tryTerm evaluates the expression with all that a term may be. Met are the texts that alone make it true; nil if anything else does.
func (a *analysis) tryTerm(t *term, steps *int) (all *tried, met []string) {
	all = &tried{attribute: Attribute{Path: t.path}}
	only := true
	for _, taken := range a.cases(t) {
		kinds := taken.kinds
		if taken.kinds.has(Double) && taken.fails {
			exact := taken
			exact.fails = false
			all.add(kinds, a.evaluateWith(t, &exact, steps))
			kinds = 0
		}
		result := a.evaluateWith(t, &taken, steps)
		all.add(kinds, result)
		if text, isText := taken.constant.(types.String); isText && result.kinds.has(True) {
			met = append(met, string(text))
		} else {
			only = only && !result.kinds.has(True)
		}
	}
	if !only {
		return all, nil
	}
	return all, met
}

// evaluateWith evaluates the whole expression with what is taken for granted of a term.
func (a *analysis) evaluateWith(t *term, taken *value, steps *int) value {
	v := &evaluation{checked: a.checked, attributes: a.given, steps: steps, itself: a.selves}
	if len(t.path) > 0 {
		v.attributes = maps.Clone(a.given)
		v.attributes[attributeKey(t.path)] = *taken
	} else {
		v.terms = map[int64]value{}
		for _, occurrence := range t.occurrences {
			v.terms[occurrence.ID()] = *taken
		}
	}
	return truth(v.eval(a.checked.Expr()))
}

// cases returns what a term may be. Whatever a request and the directory say, one of them holds.
func (a *analysis) cases(t *term) []value {
	steps := 0
	v := (&evaluation{checked: a.checked, attributes: a.given, steps: &steps, itself: a.selves}).eval(t.occurrences[0])
	cases := []value{failure}
	if v.constant != nil {
		return append(cases, v)
	}
	for kind := Kinds(1); kind <= anything; kind <<= 1 {
		if !v.kinds.has(kind) {
			continue
		}
		one := v
		// A number that is not exact is there, and yet fails.
		one.kinds, one.fails, one.span = kind, kind == Double && len(t.path) > 0, nil
		if kind == v.kinds {
			one.span = v.span
		}
		cases = append(cases, one.spread(t.constants)...)
	}
	return cases
}

// spread splits a value of one kind by where it lies among constants.
func (v *value) spread(constants []ref.Val) []value {
	var cuts []ref.Val
	for _, constant := range constants {
		if cut := bound(v.kinds, constant); cut != nil {
			cuts = append(cuts, cut)
		}
	}
	if len(cuts) == 0 {
		return []value{*v}
	}
	slices.SortFunc(cuts, compare)
	cuts = slices.CompactFunc(cuts, func(a, b ref.Val) bool { return compare(a, b) == 0 })
	var cases []value
	if v.kinds == Double && v.span == nil {
		not := *v
		not.constant = types.Double(math.NaN())
		cases = append(cases, not)
	}
	add := func(s *span) {
		if s = s.within(v.span); s != nil {
			part := *v
			if part.span = s; v.kinds == String {
				part.constant = s.at
			}
			cases = append(cases, part)
		}
	}
	for i, cut := range cuts {
		below := &span{before: cut}
		if i > 0 {
			below.after = cuts[i-1]
		}
		if !below.isEmpty() {
			add(below)
		}
		add(&span{at: cut})
	}
	add(&span{after: cuts[len(cuts)-1]})
	return cases
}
