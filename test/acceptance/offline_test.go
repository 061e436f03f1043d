// SPDX-License-Identifier: Apache-2.0

package acceptance

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// clock is fixed, well before the end of the only grant of the samples that ends.
func clock() time.Time { return time.Date(2030, time.June, 1, 12, 0, 0, 0, time.UTC) }

// resolveSystem resolves the manifests of a system, which may have only the expected findings.
func resolveSystem(t *testing.T, s system) *document.Document {
	t.Helper()
	resolution, err := s.resolved()
	if err != nil {
		t.Fatal(err)
	}
	found, _ := resolution.At(clock())
	expectFindings(t, found, expectedFindings[s.name])
	if resolution.Document == nil {
		t.Fatalf("the sample %s resolves to no document", s.name)
	}
	return resolution.Document
}

func TestMatrix(t *testing.T) {
	for _, s := range systems {
		t.Run(s.name, func(t *testing.T) {
			prescribed, want, err := s.prescribedMatrix()
			if err != nil {
				t.Fatal(err)
			}
			resolved, got := resolvedMatrix(resolveSystem(t, s))
			if !slices.Equal(got, want) {
				t.Errorf("the permissions and roles are %q; prescribed are %q", got, want)
			}
			for _, difference := range resolved.differences(prescribed) {
				t.Error(difference)
			}
		})
	}
}

func TestDecisions(t *testing.T) {
	for _, s := range all {
		t.Run(s.name, func(t *testing.T) { decide(t, s, resolveSystem(t, s)) })
	}
}

// decide checks all decisions that a system prescribes.
func decide(t *testing.T, s system, doc *document.Document) {
	t.Helper()
	index, err := engine.NewIndex(doc, engine.WithClock(clock))
	if err != nil {
		t.Fatal(err)
	}
	prescriptions, err := s.prescriptions()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range prescriptions {
		if got := index.Check(&p.Request); got != p.Expected {
			t.Errorf("%s: %s: decided %t, prescribed is %t\n%s", p.place, p.Fact, got, p.Expected, index.Explain(&p.Request))
		}
	}
}

func TestExplanationsAgreeWithDecisions(t *testing.T) {
	for _, s := range all {
		t.Run(s.name, func(t *testing.T) {
			index, err := engine.NewIndex(resolveSystem(t, s), engine.WithClock(clock))
			if err != nil {
				t.Fatal(err)
			}
			prescriptions, err := s.prescriptions()
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range prescriptions {
				explanation := index.Explain(&p.Request)
				if explanation.Decision != p.Expected {
					t.Errorf("%s: %s: explained %t, prescribed is %t\n%s", p.place, p.Fact, explanation.Decision, p.Expected, explanation)
				}
				if explanation.Reason == "" || explanation.Message == "" {
					t.Errorf("%s: the explanation has the reason %q and the message %q; both must say something",
						p.place, explanation.Reason, explanation.Message)
				}
			}
		})
	}
}

func TestDocumentsSurviveEncoding(t *testing.T) {
	for _, s := range all {
		t.Run(s.name, func(t *testing.T) {
			doc := resolveSystem(t, s)
			text, err := publish.Text(doc)
			if err != nil {
				t.Fatal(err)
			}
			read, err := document.Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			again, err := publish.Text(read)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(text, again) {
				t.Errorf("written again, the document is\n%s\ninstead of\n%s", again, text)
			}
			decide(t, s, read)
		})
	}
}

// A system needs as many prescriptions of our own as it came with, refusals above all.
func TestPrescriptionsAreMany(t *testing.T) {
	for _, s := range systems {
		t.Run(s.name, func(t *testing.T) {
			given, err := readPrescriptions(s.testdata("decisions.jsonl"))
			if err != nil {
				t.Fatal(err)
			}
			more, err := readPrescriptions(s.testdata("more.jsonl"))
			if err != nil {
				t.Fatal(err)
			}
			refusals := 0
			for _, p := range more {
				if !p.Expected {
					refusals++
				}
			}
			if len(more) < len(given) || 2*refusals < len(more) {
				t.Errorf("%d more decisions with %d refusals stand beside %d", len(more), refusals, len(given))
			}
		})
	}
}

func TestQuickstartGrantEnds(t *testing.T) {
	end := time.Date(2099, time.January, 1, 0, 0, 0, 0, time.UTC)
	withdraw := access.Request{
		Subject:  access.Subject{Type: access.SubjectTypeUser, ID: "karl@library.example"},
		Action:   access.Action{Name: "collection.withdraw"},
		Resource: access.Resource{Type: "book", ID: "1"},
	}
	for at, want := range map[time.Time]bool{end.Add(-time.Nanosecond): true, end: false} {
		index, err := engine.NewIndex(resolveSystem(t, quickstart), engine.WithClock(func() time.Time { return at }))
		if err != nil {
			t.Fatal(err)
		}
		if got := index.Check(&withdraw); got != want {
			t.Errorf("at %s the curator's right is %t; it must be %t", at, got, want)
		}
	}
}
