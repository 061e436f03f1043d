// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"context"
	"encoding/json"
	"fmt"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/internal/english"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// PreviewPath is where dry runs of approval requests are answered.
const PreviewPath = "/preview"

// mostPreviewed is how many approvers of a step are named.
const mostPreviewed = 8

// Preview answers dry runs of approval requests with who would decide, as warnings: users need no right but that to make the request.
// It refuses nothing. In whose name a request is written, the policies of config/admission have checked before.
type Preview struct {
	// Store says what organizations resolve to.
	Store *snapshot.Store
}

// Handle implements admission.Handler.
func (p *Preview) Handle(_ context.Context, request admission.Request) admission.Response {
	response := admission.Allowed("")
	written := &v1alpha1.ApprovalRequest{}
	if !isDryRun(&request) || json.Unmarshal(request.Object.Raw, written) != nil {
		return response
	}
	for _, line := range p.preview(types.NamespacedName{Namespace: request.Namespace, Name: written.Spec.OrganizationRef.Name}, written) {
		response.Warnings = append(response.Warnings, english.Printable(line))
	}
	return response
}

// preview returns which chain would govern a request, and who would decide each step.
func (p *Preview) preview(organization types.NamespacedName, written *v1alpha1.ApprovalRequest) []string {
	known := p.Store.Get(organization)
	if known == nil || known.Index() == nil {
		return []string{fmt.Sprintf("organization %q is not resolved: the request would wait", organization.Name)}
	}
	index, input := known.Index(), approval.Input(written)
	name, err := index.SelectChain(input)
	if err != nil {
		return []string{"no chain would govern the request: " + err.Error()}
	}
	chain, _ := index.Chain(name)
	plan, err := index.ApprovalPlan(&chain, input)
	if err != nil {
		return []string{fmt.Sprintf("ApprovalChain %q: %v", name, err)}
	}
	lines := []string{fmt.Sprintf("ApprovalChain %q would govern the request", name)}
	for i := range plan.Steps {
		lines = append(lines, previewStep(&chain.Steps[i], &plan.Steps[i]))
	}
	return lines
}

// previewStep returns who would decide a step, or why nobody is asked.
func previewStep(step *document.Step, planned *access.PlanStep) string {
	if planned.Disposition != access.DispositionAsked {
		return fmt.Sprintf("step %q: %s", planned.Name, planned.Disposition)
	}
	needs := english.Count(step.RequiredApprovals, "approval") + " of "
	if step.ApprovalMode == document.ApprovalAll {
		needs = "all of "
	}
	switch {
	case len(planned.Approvers) > 0:
		return fmt.Sprintf("step %q: %s%s", planned.Name, needs, english.UpTo(mostPreviewed, planned.Approvers))
	case len(planned.Fallback) > 0:
		return fmt.Sprintf("step %q: %s%s, because there are no other approvers", planned.Name, needs,
			english.UpTo(mostPreviewed, planned.Fallback))
	}
	return fmt.Sprintf("step %q: nobody may decide it", planned.Name)
}
