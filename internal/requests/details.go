// SPDX-License-Identifier: Apache-2.0

package requests

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/english"
	"github.com/rolewright/rolewright/internal/intake"
)

// Detail is one thing that those who decide on a request should know.
type Detail struct {
	Title string
	// Text is empty if there is nothing to say.
	Text string
	// Quoted is set if people wrote the text: then it is shown as it is.
	Quoted bool
}

// Details returns what those who decide on a request should know. It says what would be given if the request were approved now.
func Details(request *v1alpha1.ApprovalRequest, now time.Time) []Detail {
	spec := &request.Spec
	details := []Detail{{Title: "asks for", Text: Asked(request)}, {Title: "for", Text: string(intake.Beneficiary(spec))}}
	if spec.Beneficiary != "" && spec.Beneficiary != spec.Requester {
		details = append(details, Detail{Title: "asked by", Text: string(spec.Requester)})
	}
	if spec.Via != "" {
		details = append(details, Detail{Title: "written by", Text: string(spec.Via)})
	}
	for _, name := range slices.Sorted(maps.Keys(spec.Attributes)) {
		written := english.Printable(name + "=" + string(spec.Attributes[name].Raw))
		details = append(details, Detail{Title: "attribute", Text: written, Quoted: true})
	}
	if spec.Grant != nil {
		details = append(details, grantDetails(request, now)...)
	}
	return append(details, Detail{Title: "why", Text: english.Printable(string(spec.Justification)), Quoted: true})
}

// grantDetails returns when the role is held, or would be, and what it gives.
func grantDetails(request *v1alpha1.ApprovalRequest, now time.Time) []Detail {
	var details []Detail
	if renewed := request.Spec.Grant.RenewalOf; renewed != nil {
		details = append(details, Detail{Title: "prolongs", Text: renewed.Name})
	}
	if given := request.Status.Grant; given != nil {
		details = append(details, Detail{Title: "held", Text: english.Time(given.StartTime.Time) + " to " + english.Time(given.EndTime.Time)})
	} else if start, end, known := IfApproved(request, now); known {
		details = append(details, Detail{Title: "held", Text: fmt.Sprintf("%s to %s, if approved now", english.Time(start), english.Time(end))})
	}
	if chain := request.Status.Chain; chain != nil && chain.Grant != nil {
		gains := strings.Join(Texts(chain.Grant.Permissions), ", ")
		if more := chain.Grant.OmittedPermissionCount; more != nil {
			gains += fmt.Sprintf(" and %d more", *more)
		}
		details = append(details, Detail{Title: "gains", Text: gains})
	}
	return details
}

// IfApproved returns when the role of a request would be held if it were approved now. The last result is false if no chain that gives
// roles governs the request.
func IfApproved(request *v1alpha1.ApprovalRequest, now time.Time) (start, end time.Time, known bool) {
	chain := request.Status.Chain
	if chain == nil || chain.Grant == nil {
		return time.Time{}, time.Time{}, false
	}
	start = now
	if first := chain.Grant.StartTime; first != nil && first.After(now) {
		start = first.Time
	}
	return start, start.Add(time.Duration(chain.Grant.DurationSeconds) * time.Second), true
}

// Note returns what people should know of the state of a request: whom it waits for, what it is stuck at, how it ended, or what became
// of the role that it gave.
func Note(request *v1alpha1.ApprovalRequest) string {
	granted := meta.FindStatusCondition(request.Status.Conditions, v1alpha1.ConditionGranted)
	if granted != nil && request.Status.Grant != nil {
		return english.Printable(granted.Message)
	}
	return english.Printable(request.Status.Message)
}

// Progress returns one sentence about the state of a request.
func Progress(request *v1alpha1.ApprovalRequest) string {
	status := &request.Status
	switch {
	case status.State == "":
		return fmt.Sprintf("request %s is not opened yet", request.Name)
	case status.State == v1alpha1.RequestPending && strings.HasPrefix(status.Message, "waits for "):
		return fmt.Sprintf("request %s %s", request.Name, english.Printable(status.Message))
	case status.Grant != nil && status.Grant.RevocationTime != nil:
		return fmt.Sprintf("request %s was %s: %s", request.Name, status.State, Note(request))
	}
	return fmt.Sprintf("request %s is %s: %s", request.Name, status.State, english.Printable(status.Message))
}
