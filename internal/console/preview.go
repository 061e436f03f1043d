// SPDX-License-Identifier: Apache-2.0

package console

import (
	"context"
	"time"

	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/console/view"
	"github.com/rolewright/rolewright/internal/requests"
)

// Warnings gives the warnings of the API server to the page that asks for them. The clients of People need it as the handler of their
// configurations; what no page asks for is dropped.
type Warnings struct{}

var _ rest.WarningHandlerWithContext = Warnings{}

// collected is where the context of a request has the warnings that a page asks for.
type collected struct{}

// HandleWarningHeaderWithContext implements rest.WarningHandlerWithContext.
func (Warnings) HandleWarningHeaderWithContext(ctx context.Context, _ int, _, text string) {
	if lines, asked := ctx.Value(collected{}).(*[]string); asked {
		*lines = append(*lines, text)
	}
}

// previewTimeout bounds how long a page waits for the manager to say who would decide.
const previewTimeout = 5 * time.Second

// preview returns what the manager says about who would decide on a request: who may make one may ask that too, and read nothing. Nothing
// is created.
func (v *visit) preview(ctx context.Context, request *v1alpha1.ApprovalRequest) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, previewTimeout)
	defer cancel()
	var said []string
	dry := request.DeepCopy()
	dry.GenerateName = requests.NamePrefix(string(request.Spec.RequestType))
	err := v.person.Client.Create(context.WithValue(ctx, collected{}, &said), dry, client.DryRunAll)
	return said, err
}

// addPreview adds what the manager says about who would decide to the page of a person who may not read that.
func (v *visit) addPreview(ctx context.Context, o *state.Organization, page *view.Asking, renewed *v1alpha1.ApprovalRequest) {
	if v.person == nil || page.Route == nil || !page.Route.Unread {
		return
	}
	request, err := page.Request(o, renewed)
	if err == nil {
		page.Route.Said, err = v.preview(ctx, request)
	}
	if err != nil {
		page.Route.Wrong = messageOf(err)
	}
}
