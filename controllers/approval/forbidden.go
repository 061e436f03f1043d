// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"context"
	"fmt"
	"slices"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/internal/lookup"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// whatIf asks why a role would not be held, by resolving the organization as it would be with it.
type whatIf struct {
	objects func() (*intake.Members, error)
	request *v1alpha1.ApprovalRequest
	// err is set when it could not be asked: then what was answered counts for nothing.
	err error
}

func (r *Reconciler) whatIf(ctx context.Context, f *found) *whatIf {
	return &whatIf{request: f.request, objects: func() (*intake.Members, error) {
		return lookup.Objects(ctx, r.Client, r.Assignments, f.organization())
	}}
}

// forbids tells why the role that is asked for would not be held; empty, if it would.
func (w *whatIf) forbids(during v1alpha1.Window) string {
	objects, err := w.objects()
	if err != nil {
		w.err = err
		return "it cannot be asked whether the role would be held"
	}
	return forbidden(w.request.Namespace, w.request.Spec.OrganizationRef.Name, objects, w.request, during)
}

// forbidden is the pure part: it is empty when the role would be held.
func forbidden(namespace, name string, objects *intake.Members, request *v1alpha1.ApprovalRequest, during v1alpha1.Window) string {
	world := intake.World(namespace, name, objects)
	world.Requested = append(world.Requested, intake.Requested(request, during))
	resolved := resolve.Organization(&world)
	self := model.Ref{Kind: model.KindRequest, Namespace: request.Namespace, Name: request.Name}
	for _, finding := range resolved.Findings {
		if finding.Object == self && finding.Severity == resolve.Error {
			return finding.Message
		}
	}
	user := string(intake.Beneficiary(&request.Spec))
	if resolved.Document == nil || !holds(resolved.Document.Users[user].Grants, self) {
		return fmt.Sprintf("%q would not hold it", user)
	}
	return ""
}

func holds(grants []document.Grant, request model.Ref) bool {
	return slices.ContainsFunc(grants, func(g document.Grant) bool { return g.Source == request.String()+" grant" })
}
