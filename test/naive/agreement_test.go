// SPDX-License-Identifier: Apache-2.0

package naive_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/document"
	"github.com/rolewright/rolewright/test/naive"
	"github.com/rolewright/rolewright/test/property"
)

// requestsPerWorld is how many requests are put to each world: drawing a world costs more than asking it.
const requestsPerWorld = 30

// failer is what both a test and a property can do.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

func encoded(t failer, doc *document.Document) []byte {
	t.Helper()
	text, err := publish.Text(doc)
	if err != nil {
		t.Fatalf("encode: %v", err)
	}
	return text
}

func indexed(t failer, doc *document.Document) *engine.Index {
	t.Helper()
	index, err := engine.NewIndex(doc, engine.WithClock(func() time.Time { return clock }))
	if err != nil {
		t.Fatalf("index: %v", err)
	}
	return index
}

func resolved(t failer, world *model.World) *engine.Index {
	t.Helper()
	return indexed(t, resolve.Organization(world).Document)
}

func written(value any) string {
	text, err := json.MarshalIndent(value, "", " ")
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// TestIndexAgreesWithNaive compares all ways to an answer: the naive one, Check, Explain, and Check once the document has
// been written and read.
func TestIndexAgreesWithNaive(t *testing.T) {
	var yes, all int
	property.Check(t, func(t *rapid.T) {
		world := drawWorld(t)
		drawTypes(t, world)
		doc := resolve.Organization(world).Document
		text := encoded(t, doc)
		index := indexed(t, doc)
		read, err := document.Parse(text)
		if err != nil {
			t.Fatalf("the document cannot be read back: %v", err)
		}
		if again := encoded(t, read); !bytes.Equal(text, again) {
			t.Fatalf("the document is written as\n%s\nand, once read, as\n%s", text, again)
		}
		reread, reader := indexed(t, read), naive.Read(world)
		for _, request := range drawRequests(t, world, requestsPerWorld) {
			want := reader.Decide(request, clock)
			all++
			if want {
				yes++
			}
			explanation := index.Explain(request)
			if got := index.Check(request); got != want {
				t.Fatalf("check says %v, the naive evaluator %v, to\n%s\nin\n%s\nresolved to\n%s\n%s", got, want, written(request), written(world), text, explanation)
			}
			if explanation.Decision != want {
				t.Fatalf("explain says %v, check %v, to\n%s\nin\n%s\n%s", explanation.Decision, want, written(request), text, explanation)
			}
			if allowed, reason := index.Reason(request); allowed != want || reason != explanation.Reason {
				t.Fatalf("the reason is %s (%v), and %s when it is explained, of\n%s\nin\n%s", reason, allowed, explanation.Reason, written(request), text)
			}
			if got := reread.Check(request); got != want {
				t.Fatalf("check says %v once the document is read back, %v before, to\n%s\nin\n%s", got, want, written(request), text)
			}
		}
	}, func() string { return fewer(yes, all/60, "of %d answers, %d are yes", all, yes) })
}

// fewer says what was drawn if that is less than it takes to show something, and else "".
func fewer(got, atLeast int, format string, args ...any) string {
	if got >= atLeast {
		return ""
	}
	return fmt.Sprintf(format, args...)
}
