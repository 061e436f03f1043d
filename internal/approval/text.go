// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"fmt"
	"strings"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// Bounds of the texts in a status.
const (
	// maxMessage and maxLine are in bytes, of which a text has at least as many as characters.
	maxMessage = 1024
	maxLine    = 512
	// maxWaiting is how many users a step names, maxLineWaiting how many of them the line for a table names.
	maxWaiting     = 16
	maxLineWaiting = 4
)

// formatWaiting lists the first users that a step waits for.
func formatWaiting(step *v1alpha1.StepProgress, limit int) string {
	if len(step.WaitingFor) == 0 {
		return "nobody"
	}
	var listed []string
	for _, user := range step.WaitingFor[:min(len(step.WaitingFor), limit)] {
		listed = append(listed, string(user))
	}
	text := strings.Join(listed, ", ")
	if more := len(step.WaitingFor) - len(listed) + int(valueOf(step.OmittedWaitingForCount)); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// listVoters lists the users who gave a verdict.
func listVoters(votes []v1alpha1.Vote, verdict v1alpha1.Verdict) string {
	var listed []string
	for i := range votes {
		if votes[i].Verdict == verdict {
			listed = append(listed, formatVoter(&votes[i]))
		}
	}
	return strings.Join(listed, ", ")
}

func formatVoter(vote *v1alpha1.Vote) string {
	text := fmt.Sprintf("%q", vote.Approver)
	if vote.OnBehalfOf != "" {
		text += fmt.Sprintf(" on behalf of %q", vote.OnBehalfOf)
	}
	return text + formatVia(vote.Via)
}

// formatVia names the service account that wrote something for a user, if one did.
func formatVia[Name ~string](via Name) string {
	if via == "" {
		return ""
	}
	return fmt.Sprintf(" via %q", via)
}

// valueOf returns zero for nil.
func valueOf(n *int32) int32 {
	if n == nil {
		return 0
	}
	return *n
}
