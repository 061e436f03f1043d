// SPDX-License-Identifier: Apache-2.0

package permissions_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// load reads what is published, from the folder that a ConfigMap is mounted in.
func load(folder string) (*permissions.Index, error) {
	data := map[string]string{}
	for _, key := range []string{document.PublicationKey, document.DocumentKey} {
		text, err := os.ReadFile(filepath.Join(folder, key))
		if err != nil {
			return nil, err
		}
		data[key] = string(text)
	}
	_, doc, err := document.ReadPublication(data) // checks schema and digest
	if err != nil {
		return nil, err
	}
	return permissions.NewIndex(doc)
}

// mayLend asks whether a user may lend a book in a branch.
func mayLend(index *permissions.Index, user, branch string) bool {
	return index.Check(&permissions.Request{
		Subject: permissions.Subject{Type: permissions.SubjectTypeUser, ID: user},
		Action:  permissions.Action{Name: "loans.create"},
		Resource: permissions.Resource{
			Type:       "branch",
			ID:         branch,
			Properties: map[string]any{permissions.PropertyUnit: branch},
		},
	})
}

// An application reads the published ConfigMap, here out of a folder, and decides.
func Example() {
	index, err := load("testdata/quickstart")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(mayLend(index, "lena@library.example", "harbour"))
	fmt.Println(mayLend(index, "lena@library.example", "hill"))
	// Output:
	// true
	// false
}

// Explain answers as Check does, with all that led to the answer.
func ExampleIndex_Explain() {
	index, err := load("testdata/quickstart")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(index.Explain(&permissions.Request{
		Subject: permissions.Subject{Type: permissions.SubjectTypeUser, ID: "rosa@library.example"},
		Action:  permissions.Action{Name: "loans.view"},
		Resource: permissions.Resource{
			Type: "loan", ID: "17", Properties: map[string]any{"borrower": "lena@library.example"},
		},
	}))
	// Output:
	// no: nothing gives loans.view to rosa@library.example in town
	//   would be allowed if qualifier own were true, by grant UserAssignment/rosa grants[reader] of role reader
	//   grant UserAssignment/rosa grants[reader] of role reader: everywhere, covers the resource
	//     held under own
	//       qualifier own is false: "Only what is lent to the person who asks."
	//         resource.properties.borrower == subject.id
	//         resource.properties.borrower is "lena@library.example"
	//         subject.id is "rosa@library.example"
}
