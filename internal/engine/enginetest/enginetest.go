// SPDX-License-Identifier: Apache-2.0

// Package enginetest is a small hospital for tests that decide from a document, random documents with requests, and an evaluator
// that follows the rules of a document one by one.
//
// What comes out is the document, an index of it, requests about its charts, and the moment at which the tests ask. The
// package must not be imported by anything but tests.
package enginetest

import (
	_ "embed"
	"testing"
	"time"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// HospitalJSON is the encoded document.
//
//go:embed hospital.json
var HospitalJSON []byte

// Clock is the moment of the tests' decisions.
var Clock = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

// Now returns Clock.
func Now() time.Time { return Clock }

// Hospital returns the document.
func Hospital(tb testing.TB) *document.Document {
	tb.Helper()
	doc, err := document.Parse(HospitalJSON)
	if err != nil {
		tb.Fatal(err)
	}
	return doc
}

// Index returns an index of a document whose clock stands still.
func Index(tb testing.TB, doc *document.Document, at time.Time) *engine.Index {
	tb.Helper()
	x, err := engine.NewIndex(doc, engine.WithClock(func() time.Time { return at }))
	if err != nil {
		tb.Fatal(err)
	}
	return x
}

// Ask returns a request about a chart, whose properties follow as names and values.
func Ask(user, permission string, properties ...any) *access.Request {
	request := &access.Request{
		Subject:  access.Subject{Type: access.SubjectTypeUser, ID: user},
		Action:   access.Action{Name: permission},
		Resource: access.Resource{Type: "chart", ID: "17"},
	}
	for i := 0; i < len(properties); i += 2 {
		if request.Resource.Properties == nil {
			request.Resource.Properties = map[string]any{}
		}
		request.Resource.Properties[properties[i].(string)] = properties[i+1]
	}
	return request
}
