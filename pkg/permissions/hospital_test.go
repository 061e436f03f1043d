// SPDX-License-Identifier: Apache-2.0

package permissions_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rolewright/rolewright/pkg/permissions"
)

var update = flag.Bool("update", false, "write the golden files anew")

// clock is the moment of the decisions of these tests.
var clock = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

// golden compares a text with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s has\n%s\ngot\n%s", path, want, got)
	}
}

// hospital is the document that these tests decide from.
func hospital(tb testing.TB) *permissions.Document {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "hospital.json"))
	if err != nil {
		tb.Fatal(err)
	}
	document, err := permissions.ParseDocument(text)
	if err != nil {
		tb.Fatal(err)
	}
	return document
}

func index(tb testing.TB, document *permissions.Document, at time.Time) *permissions.Index {
	tb.Helper()
	x, err := permissions.NewIndex(document, permissions.WithClock(func() time.Time { return at }))
	if err != nil {
		tb.Fatal(err)
	}
	return x
}

// ask is a request about a chart, whose properties follow as names and values.
func ask(user, permission string, properties ...any) *permissions.Request {
	request := &permissions.Request{
		Subject:  permissions.Subject{Type: permissions.SubjectTypeUser, ID: user},
		Action:   permissions.Action{Name: permission},
		Resource: permissions.Resource{Type: "chart", ID: "17"},
	}
	for i := 0; i < len(properties); i += 2 {
		if request.Resource.Properties == nil {
			request.Resource.Properties = map[string]any{}
		}
		request.Resource.Properties[properties[i].(string)] = properties[i+1]
	}
	return request
}
