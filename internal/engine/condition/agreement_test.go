// SPDX-License-Identifier: Apache-2.0

package condition_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/rolewright/rolewright/internal/engine/condition"
	"github.com/rolewright/rolewright/internal/engine/condition/closures"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

var (
	pairs = flag.Int("pairs", 60_000, "how many pairs of an expression and an input TestClosuresAgree compares")
	seed  = flag.Uint64("seed", 1, "the seed of TestClosuresAgree")
)

const (
	inputsEach = 100
	inputsAll  = 2000
	// repetitions is how often something is evaluated whose result may depend on the order in which a map is gone through.
	repetitions = 200
)

// counts says what the comparison has seen.
type counts struct {
	expressions, rejected, interpreted, pairs, yes, no, failed, undecided, simple int
}

// TestClosuresAgree: on random expressions and inputs, closures yield what cel-go does, at the same cost; or they leave it to cel-go.
func TestClosuresAgree(t *testing.T) {
	random := rand.New(rand.NewPCG(*seed, 0))
	inputs := make([]condition.Input, inputsAll)
	for i := range inputs {
		inputs[i] = inputOf(random)
	}
	var seen counts
	for seen.pairs < *pairs {
		g := generator{chooser: random}
		expression := g.of(tBool, 1+random.IntN(4))
		program, err := condition.Compile(expression)
		seen.expressions++
		switch {
		case err != nil:
			seen.rejected++
			continue
		case !program.IsCompiled():
			seen.interpreted++
			continue
		}
		for range inputsEach {
			if message := seen.compare(program, &inputs[random.IntN(len(inputs))], g.macros > 0); message != "" {
				t.Fatalf("%s\n%s", expression, message)
			}
		}
	}
	t.Logf("%d pairs: %d true, %d false, %d cannot be evaluated, %d left to cel-go, %d simple; %d expressions, of which %d do not compile and %d are cel-go's",
		seen.pairs, seen.yes, seen.no, seen.failed, seen.undecided, seen.simple, seen.expressions, seen.rejected, seen.interpreted)
	for what, often := range map[string]int{"true": seen.yes, "false": seen.no, "an error": seen.failed} {
		if often*50 < seen.pairs {
			t.Errorf("only %d of %d pairs yield %s", often, seen.pairs, what)
		}
	}
	if seen.undecided*5 > seen.pairs || seen.interpreted*5 > seen.expressions {
		t.Error("too much is left to cel-go")
	}
}

// outcome is what an evaluation yields, and its cost.
type outcome struct {
	result closures.Result
	cost   uint64
}

func (s *counts) compare(program *condition.Program, in *condition.Input, macros bool) (difference string) {
	compiled, interpreted := outcomes(program, in)
	s.pairs++
	switch compiled.result {
	case closures.True:
		s.yes++
	case closures.False:
		s.no++
	case closures.Failed:
		s.failed++
	case closures.Undecided:
		s.undecided++
		return ""
	}
	if program.IsSimple() {
		if message := s.compareViews(program, in, interpreted.result); message != "" {
			return fmt.Sprintf("%s, cel-go %v\nof %#v", message, interpreted, *in)
		}
	}
	if compiled == interpreted || macros && meet(program, in) {
		return ""
	}
	_, _, err := program.Interpret(&condition.Activation{Input: *in})
	return fmt.Sprintf("closures %v, cel-go %v (%v)\nof %#v", compiled, interpreted, err, *in)
}

// compareViews compares what a simple program yields of an input that was sent, and of one that the directory completed.
func (s *counts) compareViews(program *condition.Program, in *condition.Input, want closures.Result) (difference string) {
	sent := access.Request{
		Subject:  access.Subject{Type: in.Subject.Type, ID: in.Subject.ID, Properties: in.Subject.Properties},
		Action:   access.Action{Name: in.Action.Name, Properties: in.Action.Properties},
		Resource: access.Resource{Type: in.Resource.Type, ID: in.Resource.ID, Properties: in.Resource.Properties},
		Context:  in.Context,
	}
	completed := sent
	completed.Subject.Properties, completed.Resource.Properties = decoys, decoys
	for what, view := range map[string]condition.View{
		"as sent":   {Request: &sent, Unit: in.Resource.Unit},
		"completed": {Request: &completed, Unit: in.Resource.Unit, Subject: knowing(in.Subject.Properties), Resource: knowing(in.Resource.Properties)},
	} {
		result, failed, told := program.TestView(&view)
		if !told {
			continue
		}
		s.simple++
		if result != (want == closures.True) || failed != (want == closures.Failed) {
			return fmt.Sprintf("%s, TestView yields %t, failed %t", what, result, failed)
		}
	}
	return ""
}

// decoys are properties that were sent and of which the directory knows better.
var decoys = func() map[string]any {
	sent := map[string]any{}
	for _, name := range names {
		sent[name] = "a"
	}
	return sent
}()

// knowing are attributes of which none but those that are given is known.
func knowing(known map[string]any) *condition.KnownAttributes {
	return &condition.KnownAttributes{Known: known, Unknown: names}
}

func outcomes(program *condition.Program, in *condition.Input) (compiled, interpreted outcome) {
	activation := condition.Activation{Input: *in}
	compiled.result, compiled.cost = program.RunClosures(&activation)
	result, cost, err := program.Interpret(&activation)
	interpreted = outcome{closures.False, cost}
	switch {
	case err != nil:
		interpreted.result = closures.Failed
	case result:
		interpreted.result = closures.True
	}
	return compiled, interpreted
}

// meet reports whether both evaluators have an outcome in common. Neither goes through the keys of a map in any order.
func meet(program *condition.Program, in *condition.Input) bool {
	compiled, interpreted := map[outcome]bool{}, map[outcome]bool{}
	for range repetitions {
		c, i := outcomes(program, in)
		compiled[c], interpreted[i] = true, true
		if compiled[i] || interpreted[c] {
			return true
		}
	}
	return false
}

// FuzzClosuresAgree is TestClosuresAgree with expressions and inputs out of bytes.
func FuzzClosuresAgree(f *testing.F) {
	random := rand.New(rand.NewPCG(1, 1))
	for range 50 {
		data := make([]byte, 400)
		for i := range data {
			data[i] = byte(random.UintN(256))
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		source := drawn(data)
		g := generator{chooser: &source}
		expression := g.of(tBool, 1+source.IntN(4))
		program, err := condition.Compile(expression)
		if err != nil || !program.IsCompiled() {
			return
		}
		var seen counts
		for len(source) > 0 {
			in := inputOf(&source)
			if message := seen.compare(program, &in, g.macros > 0); message != "" {
				t.Fatalf("%s\n%s", expression, message)
			}
		}
	})
}

// drawn are bytes out of which is chosen. Once there are no more, the last of what there is to choose from is chosen.
type drawn []byte

func (d *drawn) IntN(n int) int {
	if len(*d) == 0 {
		return n - 1
	}
	chosen := int((*d)[0]) % n
	*d = (*d)[1:]
	return chosen
}
