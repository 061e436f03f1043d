// SPDX-License-Identifier: Apache-2.0

package condition

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"

	"github.com/rolewright/rolewright/internal/engine/condition/closures"
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
	// closures evaluate the expression unless a part of it is of a shape that they do not know; nil then.
	closures *closures.Program
	reads    Reads
	facts    Facts
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
	compiled := closures.Compile(ast.NativeRep(), environment().CELTypeProvider(), CostLimit)
	return &Program{
		program: program, closures: compiled, reads: readsOf(ast), facts: factsOf(ast), context: contextFields(ast), paths: pathsOf(ast),
	}, nil
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

// IsCompiled reports whether the expression is evaluated by closures, and not by cel-go.
func (p *Program) IsCompiled() bool { return p.closures != nil }

// IsSimple reports whether TestView can tell the result.
func (p *Program) IsSimple() bool { return p.closures != nil && p.closures.IsQuick() }

// TestView evaluates a simple program: one that asks whether two simple values are equal, as most do. It does not keep the view, which may
// lie on the stack. The last result is false if the values are not simple: Test then tells.
func (p *Program) TestView(view *View) (result, failed, told bool) {
	yields := p.closures.Test(view)
	return yields == closures.True, yields == closures.Failed, yields != closures.Undecided
}

// OnlySubject returns the id of the only subject for whom the program can yield true, whatever is said of subjects: that of the owner if it
// asks whether the subject is the owner, or an empty one if nobody is. The second result is false if there may be others.
func (p *Program) OnlySubject(view *View) (id string, only bool) {
	if p.closures == nil {
		return "", false
	}
	return p.closures.OnlySubject(view)
}

// Test evaluates the program, and reports whether it cannot be evaluated; the result is then false. Eval says why.
func (p *Program) Test(activation *Activation) (result, failed bool) {
	if p.closures != nil {
		if yields, _ := p.closures.Run(&activation.frame, &activation.Input); yields != closures.Undecided {
			return yields == closures.True, yields == closures.Failed
		}
	}
	result, _, err := p.Interpret(activation)
	return result, err != nil
}

// Eval evaluates the program. An error means that it cannot be evaluated.
func (p *Program) Eval(activation *Activation) (bool, error) {
	result, _, err := p.EvalCost(activation)
	return result, err
}

// EvalCost evaluates the program, and returns what that cost in the units of CostLimit.
func (p *Program) EvalCost(activation *Activation) (result bool, cost uint64, err error) {
	if p.closures != nil {
		switch yields, cost := p.closures.Run(&activation.frame, &activation.Input); yields {
		case closures.True:
			return true, cost, nil
		case closures.False:
			return false, cost, nil
		case closures.Failed, closures.Undecided: // cel-go says why
		}
	}
	return p.Interpret(activation)
}

// Interpret does what EvalCost does, always by cel-go: what the language means is what this says.
func (p *Program) Interpret(activation *Activation) (result bool, cost uint64, err error) {
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
