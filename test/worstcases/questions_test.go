// SPDX-License-Identifier: Apache-2.0

package worstcases_test

import (
	"io"
	"runtime"
	"testing"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/matrix"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/test/worstcases"
)

// TestQuestions: each is answered, or refused with a reason, in bounded work.
func TestQuestions(t *testing.T) {
	for _, q := range worstcases.Questions() {
		t.Run(q.Name, func(t *testing.T) {
			x := indexOf(t, q.Members())
			// What is made when it is first asked for is not part of the question.
			if problem := q.Ask(x); problem != "" {
				t.Error(problem)
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_ = q.Ask(x)
			runtime.ReadMemStats(&after)
			if allocations := after.Mallocs - before.Mallocs; allocations > q.Allocations {
				t.Errorf("the question makes %d allocations", allocations)
			} else {
				t.Logf("%d allocations", allocations)
			}
		})
	}
}

// TestMatrix: a matrix takes as much work as there are alternatives to show, in all its forms.
func TestMatrix(t *testing.T) {
	world := intake.World(worstcases.Name, worstcases.Name, worstcases.Layers())
	doc := resolve.Organization(&world).Document
	alternatives := 0
	for _, role := range doc.Roles {
		for _, ways := range role.Permissions {
			alternatives += len(ways)
		}
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	m, err := matrix.New(doc, world.Catalog, nil, matrix.Options{})
	if err == nil {
		err = m.CSV(io.Discard)
	}
	if err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	const allocationsOfAlternative = 4
	if allocations := after.Mallocs - before.Mallocs; allocations > uint64(allocationsOfAlternative*alternatives)+100_000 {
		t.Errorf("%d alternatives make %d allocations", alternatives, allocations)
	} else {
		t.Logf("%d alternatives make %d allocations", alternatives, allocations)
	}
}

func indexOf(tb testing.TB, members *intake.Members) *engine.Index {
	tb.Helper()
	world := intake.World(worstcases.Name, worstcases.Name, members)
	resolution := resolve.Organization(&world)
	if resolution.Document == nil {
		tb.Fatalf("nothing is published: %v", resolution.Findings)
	}
	x, err := engine.NewIndex(resolution.Document)
	if err != nil {
		tb.Fatal(err)
	}
	return x
}
