// SPDX-License-Identifier: Apache-2.0

package permissions_test

import (
	"fmt"
	"os"
	"strings"

	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// WhoCan lists users in pages: the next page follows the last id of the one before.
func ExampleIndex_WhoCan() {
	index, err := load("testdata/quickstart")
	if err != nil {
		fmt.Println(err)
		return
	}
	request := &permissions.Request{
		Subject:  permissions.Subject{Type: permissions.SubjectTypeUser},
		Action:   permissions.Action{Name: "collection.view"},
		Resource: permissions.Resource{Properties: map[string]any{permissions.PropertyUnit: "hill"}},
	}
	const size = 1
	for after := ""; ; {
		var page []string
		for user := range index.WhoCan(request, after) {
			if page = append(page, user); len(page) == size {
				break
			}
		}
		if len(page) == 0 {
			break
		}
		fmt.Println(page)
		after = page[len(page)-1]
	}
	// Output:
	// [karl@library.example]
	// [rosa@library.example]
}

// WhatCan lists permissions, to show the buttons that a user may press.
func ExampleIndex_WhatCan() {
	index, err := load("testdata/quickstart")
	if err != nil {
		fmt.Println(err)
		return
	}
	for permission := range index.WhatCan(&permissions.Request{
		Subject:  permissions.Subject{Type: permissions.SubjectTypeUser, ID: "rosa@library.example"},
		Resource: permissions.Resource{Type: "loan", ID: "17", Properties: map[string]any{"borrower": "rosa@library.example"}},
	}, "") {
		fmt.Println(permission)
	}
	// Output:
	// collection.view
	// loans.extend
	// loans.view
}

// ResourcesCan lists units of a kind, each of which is itself what is to be worked on.
func ExampleIndex_ResourcesCan() {
	text, err := os.ReadFile("../../internal/engine/enginetest/hospital.json")
	if err != nil {
		fmt.Println(err)
		return
	}
	doc, err := document.Parse(text)
	if err != nil {
		fmt.Println(err)
		return
	}
	index, err := permissions.NewIndex(doc)
	if err != nil {
		fmt.Println(err)
		return
	}
	for ward := range index.ResourcesCan(&permissions.Request{
		Subject:  permissions.Subject{Type: permissions.SubjectTypeUser, ID: "ann"},
		Action:   permissions.Action{Name: "chart.read"},
		Resource: permissions.Resource{Type: "ward"},
	}, "") {
		unit, _ := index.Unit(ward)
		fmt.Println(ward, "in", unit.Parent, unit.Attributes)
	}
	// Output:
	// icu in main map[open:true]
}

// columns says in SQL what the qualifiers of the application's catalog say: with the user's id as $1.
var columns = map[string]string{"own": "borrower = $1"}

// visible writes the part of a query that picks what a user may see. It picks nothing under a condition that it does not
// know.
func visible(places []permissions.Place) string {
	alternatives := []string{}
	for _, place := range places {
		if len(place.Unless) > 0 {
			continue // This application's catalog has no prohibitions.
		}
		clauses := []string{fmt.Sprintf("branch = '%s'", place.Unit)}
		if len(place.Alternatives) > 0 {
			clauses = append(clauses, anyOf(place.Alternatives))
		}
		alternatives = append(alternatives, strings.Join(clauses, " AND "))
	}
	if len(alternatives) == 0 {
		return "FALSE"
	}
	return strings.Join(alternatives, "\n OR ")
}

func anyOf(alternatives [][]string) string {
	var clauses []string
	for _, alternative := range alternatives {
		var all []string
		for _, qualifier := range alternative {
			clause, known := columns[qualifier]
			if !known {
				clause = "FALSE"
			}
			all = append(all, clause)
		}
		clauses = append(clauses, strings.Join(all, " AND "))
	}
	return "(" + strings.Join(clauses, " OR ") + ")"
}

// Where lists which of its rows a user may see, so that the database picks them and pages are full.
func ExampleIndex_Where() {
	index, err := load("testdata/quickstart")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, user := range []string{"lena@library.example", "rosa@library.example"} {
		fmt.Println(visible(index.Where(&permissions.Request{
			Subject:  permissions.Subject{Type: permissions.SubjectTypeUser, ID: user},
			Action:   permissions.Action{Name: "loans.view"},
			Resource: permissions.Resource{Type: "loan"},
		})))
	}
	// Output:
	// branch = 'harbour'
	// branch = 'harbour' AND (borrower = $1)
	//  OR branch = 'hill' AND (borrower = $1)
	//  OR branch = 'town' AND (borrower = $1)
}
