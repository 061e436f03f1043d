// SPDX-License-Identifier: Apache-2.0

package permissions_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// A source keeps the last good publication. Here its bytes are handed to it; packages dirsource and apisource watch where
// they come from.
func ExampleSource() {
	folder := filepath.Join("testdata", "quickstart")
	index, err := os.ReadFile(filepath.Join(folder, document.PublicationKey))
	if err != nil {
		fmt.Println(err)
		return
	}
	source := permissions.NewSource(
		permissions.WithOrganization("quickstart", "quickstart"),
		permissions.WithMaxStaleness(5*time.Minute),
		permissions.WithDenyWhenStale(),
	)
	fmt.Println("ready:", source.Ready())
	err = source.Update(index, func(part document.Part) ([]byte, error) {
		return os.ReadFile(filepath.Join(folder, part.Name))
	})
	fmt.Println("offered:", err)
	fmt.Println("ready:", source.Ready())
	fmt.Println("lena may lend:", mayLend(source.Index(), "lena@library.example", "harbour"))

	fmt.Println("damaged:", source.Update(index[:20], nil))
	fmt.Println("lena still may:", mayLend(source.Index(), "lena@library.example", "harbour"))
	// Output:
	// ready: no published permissions have been read yet
	// offered: <nil>
	// ready: <nil>
	// lena may lend: true
	// damaged: index.json is not valid JSON of schema rolewright.dev/publication/v2: unexpected end of JSON input
	// lena still may: true
}

// AtLeast waits until an assignment that was just written counts: the status of the assignment names a revision.
func ExampleSource_AtLeast() {
	source := permissions.NewSource()
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	_, err := source.AtLeast(ctx, 7)
	fmt.Println(err)
	// Output:
	// revision 7 is wanted, the source has 0: context deadline exceeded
}
