// SPDX-License-Identifier: Apache-2.0

package scaffold

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

var acme = Answers{Organization: "acme", Application: "shop", Administrator: "ann@acme.example"}

func TestFiles(t *testing.T) {
	files, err := Files(&acme)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"10-catalog.yaml", "20-organization.yaml", "30-roles.yaml", "40-users.yaml", "tests/roles.yaml"}
	if got := slices.Sorted(maps.Keys(files)); !slices.Equal(got, want) {
		t.Errorf("the files are %q, want %q", got, want)
	}
}

// TestAnswers: what cannot be a name or an id is refused, and says what would be right.
func TestAnswers(t *testing.T) {
	for want, change := range map[string]func(*Answers){
		`organization "Acme"`:    func(a *Answers) { a.Organization = "Acme" },
		`organization ""`:        func(a *Answers) { a.Organization = "" },
		`organization "a: b"`:    func(a *Answers) { a.Organization = "a: b" },
		"organization \"" + long: func(a *Answers) { a.Organization = long },
		`application "no such"`:  func(a *Answers) { a.Application = "no such" },
		`administrator ""`:       func(a *Answers) { a.Administrator = "" },
		`administrator "a b"`:    func(a *Answers) { a.Administrator = "a b" },
		`administrator "a\nb"`:   func(a *Answers) { a.Administrator = "a\nb" },
	} {
		answers := acme
		change(&answers)
		if files, err := Files(&answers); err == nil || !strings.HasPrefix(err.Error(), want) || files != nil {
			t.Errorf("want an error about %s, got %v", want, err)
		}
	}
}

var long = strings.Repeat("a", maxName+1)
