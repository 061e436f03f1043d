// SPDX-License-Identifier: Apache-2.0

package permissions_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// NewIndex compiles a document, here one that the program writes itself, as tests do. WithClock decides for another moment.
func ExampleNewIndex() {
	ends := time.Date(2027, time.January, 1, 0, 0, 0, 0, time.UTC)
	doc := &document.Document{
		Schema: document.Schema, Organization: "library", Catalog: "library",
		Permissions: map[string]document.Permission{"loans.create": {}},
		Units:       map[string]document.Unit{"town": {}},
		Roles:       map[string]document.Role{"librarian": {Permissions: map[string][]document.Alternative{"loans.create": {{}}}}},
		Users: map[string]document.User{"lena": {Grants: []document.Grant{{
			Role: "librarian", Scope: document.Scope{Everywhere: true}, Window: document.Window{EndTime: &ends},
		}}}},
	}
	for _, year := range []int{2026, 2027} {
		at := time.Date(year, time.June, 1, 0, 0, 0, 0, time.UTC)
		index, err := permissions.NewIndex(doc, permissions.WithClock(func() time.Time { return at }))
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(year, index.Check(&permissions.Request{
			Subject: permissions.Subject{Type: permissions.SubjectTypeUser, ID: "lena"},
			Action:  permissions.Action{Name: "loans.create"},
		}))
	}
	// Output:
	// 2026 true
	// 2027 false
}

// The reason of an explanation is a code for programs, its message a sentence for people.
func ExampleReason() {
	index, err := load("testdata/quickstart")
	if err != nil {
		fmt.Println(err)
		return
	}
	explanation := index.Explain(&permissions.Request{
		Subject: permissions.Subject{Type: permissions.SubjectTypeUser, ID: "zoe@library.example"},
		Action:  permissions.Action{Name: "loans.view"},
	})
	fmt.Println(explanation.Reason == access.ReasonUnknownUser, explanation.Message)
	// Output:
	// true "zoe@library.example" is not a user of the organization
}

// Check decides. A resource lies in the unit that its property names.
func ExampleIndex_Check() {
	index, err := load("testdata/quickstart")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(mayLend(index, "karl@library.example", "hill"), mayLend(index, "karl@library.example", "harbour"))
	// Output:
	// true false
}

// Qualifier returns the expression behind a name that Where leaves open.
func ExampleIndex_Qualifier() {
	index, err := load("testdata/quickstart")
	if err != nil {
		fmt.Println(err)
		return
	}
	own, known := index.Qualifier("own")
	fmt.Println(known, own.Expression)
	_, known = index.Prohibition("own")
	fmt.Println(known)
	// Output:
	// true resource.properties.borrower == subject.id
	// false
}

// Unit returns what is published of a unit.
func ExampleIndex_Unit() {
	index, err := load("testdata/quickstart")
	if err != nil {
		fmt.Println(err)
		return
	}
	hill, known := index.Unit("hill")
	fmt.Println(known, hill.Parent)
	// Output:
	// true town
}

// IsAbove follows the line of managers.
func ExampleIndex_IsAbove() {
	index, err := permissions.NewIndex(&document.Document{
		Schema: document.Schema, Users: map[string]document.User{"ann": {Manager: "bob"}, "bob": {Manager: "cem"}, "cem": {}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(index.IsManager("bob", "ann"), index.IsManager("cem", "ann"), index.IsAbove("cem", "ann"))
	// Output:
	// true false true
}

// update hands a source what lies in the quickstart's folder.
func update(source *permissions.Source) error {
	folder := filepath.Join("testdata", "quickstart")
	index, err := os.ReadFile(filepath.Join(folder, document.PublicationKey))
	if err != nil {
		return err
	}
	return source.Update(index, func(part document.Part) ([]byte, error) { return os.ReadFile(filepath.Join(folder, part.Name)) })
}

// A RefusalError says why a source did not take a publication: here one of another organization, and one that is too large.
func ExampleRefusalError() {
	for _, option := range []permissions.SourceOption{
		permissions.WithOrganization("quickstart", "museum"),
		permissions.WithMaxBytes(1000),
	} {
		err := update(permissions.NewSource(option))
		if refused, is := errors.AsType[*permissions.RefusalError](err); is {
			fmt.Println(refused.Reason, refused)
		}
	}
	// Output:
	// Foreign the publication is of organization quickstart/quickstart; this source reads quickstart/museum
	// TooLarge the publication has 1721 bytes; this source reads at most 1000
}

// A source goes stale once its feeder has not reported for too long that what it has is current. MarkFresh reports it.
func ExampleSource_State() {
	now := time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
	source := permissions.NewSource(
		permissions.WithClock(func() time.Time { return now }),
		permissions.WithMaxStaleness(time.Minute),
		permissions.WithDenyWhenStale(),
	)
	if err := update(source); err != nil {
		fmt.Println(err)
		return
	}
	show := func() {
		state := source.State()
		fmt.Println(state.Revision, state.Age, state.Stale, mayLend(source.Index(), "lena@library.example", "harbour"), state.Err)
	}
	show()
	now = now.Add(time.Hour)
	source.SetError(errors.New("the network is down"))
	show()
	source.MarkFresh()
	show()
	// Output:
	// 1 0s false true <nil>
	// 1 1h0m0s true false the network is down
	// 1 0s false true <nil>
}

// Changed lets a program wait for the next publication.
func ExampleSource_Changed() {
	source := permissions.NewSource()
	changed := source.Changed()
	if err := update(source); err != nil {
		fmt.Println(err)
		return
	}
	<-changed
	fmt.Println("revision", source.Index().Revision())
	// Output:
	// revision 1
}
