// SPDX-License-Identifier: Apache-2.0

package dirsource_test

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/dirsource"
)

// An application mounts the published ConfigMap, and feeds a source from the folder as long as it runs.
func Example() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	source := permissions.NewSource()
	feeder := dirsource.New(filepath.Join("..", "testdata", "quickstart"), source)
	ended := make(chan error)
	go func() { ended <- feeder.Run(ctx) }()

	index, err := source.AtLeast(ctx, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(index.Check(&permissions.Request{
		Subject:  permissions.Subject{Type: permissions.SubjectTypeUser, ID: "lena@library.example"},
		Action:   permissions.Action{Name: "loans.create"},
		Resource: permissions.Resource{Type: "loan", Properties: map[string]any{permissions.PropertyUnit: "harbour"}},
	}))
	cancel()
	fmt.Println(<-ended)
	// Output:
	// true
	// <nil>
}
