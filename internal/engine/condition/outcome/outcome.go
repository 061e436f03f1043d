// SPDX-License-Identifier: Apache-2.0

package outcome

import (
	"maps"
	"slices"
	"sync"

	"github.com/google/cel-go/common/ast"

	"github.com/rolewright/rolewright/internal/engine/condition"
)

// Outcomes are those that an expression may have. What is not among them never happens, whatever a request and the directory say.
type Outcomes struct {
	True, False, Fails bool
	// Problems says of each part that always fails, or compares what is never equal, what is wrong with it and what to write.
	Problems []string
	// Attribute is an attribute of which no value, nor its absence, makes the expression true; empty if one does, or if the
	// expression is never true for other reasons.
	Attribute string
	// Compared are the comparisons with constants that leave no value of Attribute, as they are written; nil if it is not for them.
	Compared []string
	// Attributes are those that are read, by how an expression selects them.
	Attributes map[string]Attribute
	// Types are the types of the resources of which alone the expression may be true; nil if it may be true of any.
	Types []string
	// Steps are how many parts of the expression were evaluated to find this, a measure of work.
	Steps int
}

// Attribute is an attribute that an expression reads.
type Attribute struct {
	// Path is how it is selected: subject, properties, level.
	Path []string
	// True and False are the kinds of values with which the expression may be true, and may be false. Numbers that are not exact,
	// which are errors, are left out of account.
	True, False Kinds
}

// mostAttributes bounds how many attributes are looked at one by one.
const mostAttributes = 12

// cache keeps outcomes by expression: an organization is resolved on every change, and its catalog rarely changes.
var cache = struct {
	sync.Mutex
	known map[cacheKey]*Outcomes
}{known: map[cacheKey]*Outcomes{}}

type cacheKey struct {
	expression string
	chain      bool
}

// cacheSize bounds how many outcomes are kept.
const cacheSize = 4096

// Of returns the outcomes of an expression that compiles. Nobody may change them.
func Of(expression string) *Outcomes { return cached(cacheKey{expression: expression}) }

// OfChain returns the outcomes of a condition of a chain that compiles.
func OfChain(expression string) *Outcomes {
	return cached(cacheKey{expression: expression, chain: true})
}

func cached(key cacheKey) *Outcomes {
	cache.Lock()
	known := cache.known[key]
	cache.Unlock()
	if known != nil {
		return known
	}
	found := analyze(key)
	cache.Lock()
	defer cache.Unlock()
	if len(cache.known) >= cacheSize {
		clear(cache.known)
	}
	cache.known[key] = found
	return found
}

func analyze(key cacheKey) *Outcomes {
	checked, err := condition.Check(key.expression)
	if err != nil {
		return &Outcomes{True: true, False: true, Fails: true}
	}
	a := &analysis{checked: checked.NativeRep(), given: map[string]value{}}
	if key.chain {
		a.given = chainContext
	}
	a.selves = a.itself()
	return a.outcomes()
}

// analysis finds the outcomes of one expression.
type analysis struct {
	checked *ast.AST
	// given are the attributes whose kinds are known.
	given map[string]value
	// selves are the comparisons of a part with itself, by their ids.
	selves map[int64]struct{}
}

func (a *analysis) outcomes() *Outcomes {
	parts, steps := newParts(), 0
	whole := a.evaluate(a.given, parts, &steps)
	found := &Outcomes{True: whole.kinds.has(True), False: whole.kinds.has(False), Fails: whole.fails, Attributes: map[string]Attribute{}}
	if found.Steps = steps; steps > mostSteps {
		return found
	}
	for _, broken := range parts.list(a.checked.SourceInfo()) {
		found.Problems = append(found.Problems, a.explain(&broken))
	}
	for _, path := range a.attributes() {
		a.narrow(found, path)
	}
	others := 0
	for _, t := range a.terms() {
		if len(t.path) == 0 {
			others++
		}
		if others <= mostTerms && (len(t.path) == 0 || found.Attributes[t.written].True|found.Attributes[t.written].False != 0) {
			a.narrowTerm(found, t)
		}
	}
	return found
}

// evaluate evaluates the whole expression with what is taken for granted of attributes.
func (a *analysis) evaluate(attributes map[string]value, parts *parts, steps *int) value {
	whole := (&evaluation{checked: a.checked, attributes: attributes, parts: parts, steps: steps, itself: a.selves}).eval(a.checked.Expr())
	return truth(whole)
}

// attributes returns the paths of the attributes that the expression reads, the first ones.
func (a *analysis) attributes() [][]string {
	var paths [][]string
	scopeless := &evaluation{}
	ast.PreOrderVisit(a.checked.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		path := scopeless.path(e)
		if e.Kind() == ast.SelectKind && e.AsSelect().IsTestOnly() {
			path = scopeless.path(ast.NewExprFactory().NewSelect(0, e.AsSelect().Operand(), e.AsSelect().FieldName()))
		}
		known := func(other []string) bool { return slices.Equal(other, path) }
		if len(path) > 0 && len(paths) < mostAttributes && !slices.ContainsFunc(paths, known) {
			paths = append(paths, path)
		}
	}))
	return paths
}

// narrow leaves out the outcomes that the expression has with no value of one attribute, nor without it.
func (a *analysis) narrow(found *Outcomes, path []string) {
	key, steps := attributeKey(path), 0
	tried := tried{attribute: Attribute{Path: path}}
	try := func(kind Kinds, taken value) {
		attributes := make(map[string]value, len(a.given)+1)
		maps.Copy(attributes, a.given)
		attributes[key] = taken
		tried.add(kind, a.evaluate(attributes, nil, &steps))
	}
	given, known := a.given[key]
	if !known {
		given = *anyJSON
	}
	try(0, failure)
	for kind := Kinds(1); kind <= anything; kind <<= 1 {
		if given.kinds.has(kind) {
			taken := given
			taken.kinds, taken.fails = kind, false
			try(kind, taken)
			if kind == Double {
				taken.fails = true
				try(0, taken)
			}
		}
	}
	if found.Steps += steps; steps > mostSteps {
		return
	}
	found.leaveOut(displayed(path), &tried)
	found.Attributes[displayed(path)] = tried.attribute
}

// tried gathers the outcomes of an expression with all that a part of it may be.
type tried struct {
	attribute Attribute
	possible  value
}

// add adds the result with values of some kinds.
func (t *tried) add(kinds Kinds, result value) {
	if result.kinds.has(True) {
		t.attribute.True |= kinds
	}
	if result.kinds.has(False) {
		t.attribute.False |= kinds
	}
	t.possible.kinds |= result.kinds
	t.possible.fails = t.possible.fails || result.fails
}

// leaveOut leaves out the outcomes that are not possible, whatever a part is.
func (o *Outcomes) leaveOut(written string, tried *tried) {
	if o.True && !tried.possible.kinds.has(True) {
		o.Attribute = written
	}
	o.True = o.True && tried.possible.kinds.has(True)
	o.False = o.False && tried.possible.kinds.has(False)
	o.Fails = o.Fails && tried.possible.fails
}
