// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/english"
	"github.com/rolewright/rolewright/internal/intake"
)

// whatIsAsked returns in a few words what a request asks for: a role with its place and duration, or what its type says.
func whatIsAsked(request *v1alpha1.ApprovalRequest) string {
	spec := &request.Spec
	place := " in " + string(spec.Unit)
	if spec.Unit == "" {
		place = ""
	}
	if spec.Grant == nil {
		return string(spec.RequestType) + place
	}
	if spec.Grant.Scope != nil {
		place = " in " + scopeText(spec.Grant.Scope)
	}
	text := spec.Grant.RoleRef.Name + place
	if seconds := durationSeconds(request); seconds > 0 {
		text += " for " + durationText(seconds)
	}
	return text
}

// durationSeconds returns for how long a role is asked for: as its chain says, if the request does not; 0 if that is not known yet.
func durationSeconds(request *v1alpha1.ApprovalRequest) int64 {
	if chain := request.Status.Chain; chain != nil && chain.Grant != nil {
		return chain.Grant.DurationSeconds
	}
	return int64(request.Spec.Grant.DurationSeconds)
}

// durationText returns a duration without the units of which there are none: 8h, 1d12h.
func durationText(seconds int64) string {
	var text strings.Builder
	for _, unit := range []struct {
		name    string
		seconds int64
	}{{"d", 86400}, {"h", 3600}, {"m", 60}, {"s", 1}} {
		if n := seconds / unit.seconds; n > 0 {
			text.WriteString(strconv.FormatInt(n, 10) + unit.name)
		}
		seconds %= unit.seconds
	}
	return text.String()
}

// scopeText returns the parts of a scope, as the flag --scope has them.
func scopeText(scope *v1alpha1.Scope) string {
	var parts []string
	if scope.Everywhere != nil && *scope.Everywhere {
		parts = append(parts, "everywhere")
	}
	add := func(name string, values []string) {
		if len(values) > 0 {
			parts = append(parts, name+"="+strings.Join(values, ","))
		}
	}
	add("units", plain(scope.Units))
	add("unitGroups", plain(scope.UnitGroups))
	for i := range scope.Dimensions {
		d := &scope.Dimensions[i]
		if d.All != nil && *d.All {
			add(string(d.Name), []string{"*"})
		}
		add(string(d.Name), plain(d.Values))
	}
	return strings.Join(parts, " ")
}

func plain[T ~string](words []T) []string {
	texts := make([]string, 0, len(words))
	for _, word := range words {
		texts = append(texts, string(word))
	}
	return texts
}

// details returns what those who decide on a request should know, as titles and texts. It says what would be given if the request
// were approved now.
func details(request *v1alpha1.ApprovalRequest, now time.Time) [][]string {
	spec := &request.Spec
	rows := [][]string{{"asks for", whatIsAsked(request)}, {"for", string(intake.Beneficiary(spec))}}
	if spec.Beneficiary != "" && spec.Beneficiary != spec.Requester {
		rows = append(rows, []string{"asked by", string(spec.Requester)})
	}
	if spec.Via != "" {
		rows = append(rows, []string{"written by", string(spec.Via)})
	}
	for _, name := range slices.Sorted(maps.Keys(spec.Attributes)) {
		rows = append(rows, []string{"attribute", english.Printable(name + "=" + string(spec.Attributes[name].Raw))})
	}
	if spec.Grant != nil {
		rows = append(rows, grantDetails(request, now)...)
	}
	return append(rows, []string{"why", orNone(english.Printable(string(spec.Justification)))})
}

// grantDetails returns when the role is held, or would be, and what it gives.
func grantDetails(request *v1alpha1.ApprovalRequest, now time.Time) [][]string {
	var rows [][]string
	if renewed := request.Spec.Grant.RenewalOf; renewed != nil {
		rows = append(rows, []string{"prolongs", renewed.Name})
	}
	chain := request.Status.Chain
	switch given := request.Status.Grant; {
	case given != nil:
		rows = append(rows, []string{"held", timestamp(given.StartTime.Time) + " to " + timestamp(given.EndTime.Time)})
	case chain != nil && chain.Grant != nil:
		start := now
		if first := chain.Grant.StartTime; first != nil && first.After(now) {
			start = first.Time
		}
		end := start.Add(time.Duration(chain.Grant.DurationSeconds) * time.Second)
		rows = append(rows, []string{"held", fmt.Sprintf("%s to %s, if approved now", timestamp(start), timestamp(end))})
	}
	if chain != nil && chain.Grant != nil {
		gains := strings.Join(plain(chain.Grant.Permissions), ", ")
		if more := chain.Grant.OmittedPermissionCount; more != nil {
			gains += fmt.Sprintf(" and %d more", *more)
		}
		rows = append(rows, []string{"gains", orNone(gains)})
	}
	return rows
}

// note returns what people should know of the state of a request: whom it waits for, what it is stuck at, how it ended, or what became
// of the role that it gave.
func note(request *v1alpha1.ApprovalRequest) string {
	granted := meta.FindStatusCondition(request.Status.Conditions, v1alpha1.ConditionGranted)
	if granted != nil && request.Status.Grant != nil {
		return english.Printable(granted.Message)
	}
	return english.Printable(request.Status.Message)
}
