// SPDX-License-Identifier: Apache-2.0

package condition

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
)

const (
	// CostLimit bounds one evaluation, in the cost units of cel-go: about one for each operation and for each ten
	// characters or list elements that are looked at.
	CostLimit = 100_000
	// MaxLength bounds the length of an expression, in bytes.
	MaxLength = 8192
	// cacheSize bounds how many compiled programs are kept.
	cacheSize = 4096
)

// Program is a compiled expression. It never changes and may be used by any number of goroutines.
type Program struct {
	program cel.Program
	reads   Reads
	facts   Facts
	// context are the fields of the context that are read by name.
	context []string
	paths   []ReadPath
}

// UsesNow reports whether the expression reads now. If not, Input.Now need not be set.
func (p *Program) UsesNow() bool { return p.reads.Any(ReadsNow) }

// Reads says which parts of an Input the result may depend on. Parts that it does not read may be left out of an Input.
func (p *Program) Reads() Reads { return p.reads }

// cache keeps compiled programs by expression: organizations share catalogs, and a new index is built on every change.
var cache = struct {
	sync.Mutex
	programs map[string]*Program
}{programs: map[string]*Program{}}

// Compile parses and type-checks an expression. The error says in one line what is wrong, and where.
func Compile(expression string) (*Program, error) {
	cache.Lock()
	program, known := cache.programs[expression]
	cache.Unlock()
	if known {
		return program, nil
	}
	program, err := compile(expression)
	if err != nil {
		return nil, err
	}
	cache.Lock()
	defer cache.Unlock()
	if len(cache.programs) >= cacheSize {
		clear(cache.programs)
	}
	cache.programs[expression] = program
	return program, nil
}

func compile(expression string) (*Program, error) {
	ast, err := Check(expression)
	if err != nil {
		return nil, err
	}
	program, err := environment().Program(ast, cel.EvalOptions(cel.OptOptimize), cel.CostLimit(CostLimit))
	if err != nil {
		return nil, err
	}
	return &Program{program: program, reads: readsOf(ast), facts: factsOf(ast), context: contextFields(ast), paths: pathsOf(ast)}, nil
}

// Check parses and type-checks an expression. What passes is not yet a program: a regular expression in it may be invalid.
func Check(expression string) (*cel.Ast, error) {
	if len(expression) > MaxLength {
		return nil, fmt.Errorf("the expression has %d bytes; at most %d are allowed", len(expression), MaxLength)
	}
	ast, issues := environment().Compile(expression)
	if err := issues.Err(); err != nil {
		return nil, oneLine(issues)
	}
	if kind := ast.OutputType(); !kind.IsExactType(cel.BoolType) && !kind.IsExactType(cel.DynType) {
		return nil, fmt.Errorf("the expression yields %s; it must yield a boolean", kind)
	}
	return ast, nil
}

// oneLine renders the first issue with its place, without the drawing that cel-go adds for terminals.
func oneLine(issues *cel.Issues) error {
	issue := issues.Errors()[0]
	message := strings.Join(strings.Fields(issue.Message), " ")
	if strings.Contains(message, "overload for 'contains' applied to 'list(") {
		message += ": of a list, write x in list"
	}
	return fmt.Errorf("line %d, column %d: %s", issue.Location.Line(), issue.Location.Column()+1, message)
}

// errNotBoolean says that an expression of dynamic type did not yield a boolean.
var errNotBoolean = errors.New("the result is not a boolean")

// Eval evaluates the program. An error means that it cannot be evaluated.
func (p *Program) Eval(activation *Activation) (bool, error) {
	result, _, err := p.EvalCost(activation)
	return result, err
}

// EvalCost evaluates the program, and returns what that cost in the units of CostLimit.
func (p *Program) EvalCost(activation *Activation) (result bool, cost uint64, err error) {
	value, details, err := p.program.Eval(activation)
	if details != nil && details.ActualCost() != nil {
		cost = *details.ActualCost()
	}
	if err != nil {
		return false, cost, err
	}
	boolean, isBool := value.(types.Bool)
	if !isBool {
		return false, cost, errNotBoolean
	}
	return bool(boolean), cost, nil
}
