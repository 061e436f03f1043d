// SPDX-License-Identifier: Apache-2.0

package console

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// People tells who looks at the pages, and acts as them.
type People interface {
	// Person returns whose request a context belongs to. The error says why that is not known.
	Person(ctx context.Context) (*Person, error)
}

// RightsError says what a person lacks. It is theirs to know: it is shown to them, and not logged.
type RightsError struct{ Message string }

// Error implements error.
func (e *RightsError) Error() string { return e.Message }

// Person is one who looks at the pages.
type Person struct {
	// User is the name by which the API server knows them, which is the id of a user of an organization.
	User v1alpha1.UserID
	// Client reads and writes as them, without a cache: the API server decides what they may.
	Client client.Client
	// Session identifies where they are logged in. Forms are bound to it.
	Session string
}
