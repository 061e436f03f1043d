// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// Bounds of what a status says.
const (
	// maxMessage and maxLine are counted in bytes, of which a text has as many as characters at least.
	maxMessage = 1024
	maxLine    = 512
	// maxWaiting is how many people a step names, and maxLineWaiting how many of them the line for a table does.
	maxWaiting     = 16
	maxLineWaiting = 4
)

// describe says of a pending request what waits for whom.
func (p *pass) describe() {
	p.status.WaitingFor = ""
	var waiting, lines []string
	for i := range p.status.Steps {
		progress := &p.status.Steps[i]
		if p.Index == nil && progress.State == v1alpha1.StepOpen {
			// Nobody knows who may decide now; what was known stays.
			continue
		}
		progress.WaitingFor, progress.OmittedWaitingFor = nil, nil
		if progress.State == v1alpha1.StepOpen {
			p.describeStep(i)
			waiting = append(waiting, fmt.Sprintf("%q", progress.Name))
			lines = append(lines, fmt.Sprintf("%s: %s", progress.Name, waits(progress, maxLineWaiting)))
		}
	}
	switch {
	case !p.pending():
	case p.missing != nil && p.status.Chain == nil:
		p.status.Message = cut(p.missing.Message, maxMessage)
	case len(waiting) == 1:
		p.status.Message = "waits for step " + waiting[0]
	case len(waiting) > 1:
		p.status.Message = cut("waits for steps "+strings.Join(waiting, ", "), maxMessage)
	}
	p.status.WaitingFor = cut(strings.Join(lines, "; "), maxLine)
}

// describeStep says who may still decide an open step, and how far it is.
func (p *pass) describeStep(step int) {
	progress, written := &p.status.Steps[step], &p.chain.Steps[step]
	approvals, left := 0, []string{}
	for _, vote := range progress.Votes {
		if vote.Verdict == v1alpha1.VerdictApprove {
			approvals++
		}
	}
	for _, user := range p.deciders[step] {
		if !p.hasVoted(step, user) {
			left = append(left, user)
		}
	}
	for _, user := range left[:min(len(left), maxWaiting)] {
		progress.WaitingFor = append(progress.WaitingFor, v1alpha1.UserID(user))
	}
	progress.OmittedWaitingFor = count(max(0, len(left)-maxWaiting))
	if written.Quorum > 0 {
		progress.Message = fmt.Sprintf("%d of %d approvals", approvals, written.Quorum)
	} else {
		progress.Message = fmt.Sprintf("%d of %d approvals, of everybody who may decide it", approvals, approvals+len(left))
	}
	if denials := len(progress.Votes) - approvals; denials > 0 {
		progress.Message += fmt.Sprintf(", %d of %d denials", denials, written.Denials)
	}
	if approvals+len(left) < max(1, written.Quorum) && p.missing == nil {
		p.lack(ReasonNoEligibleApprover, p.stuckMessage(progress, len(left), written.Quorum))
	}
}

// hasVoted tells whether the vote of somebody counts in a step; where the chain asks for different people, in any.
func (p *pass) hasVoted(step int, user string) bool {
	for i := range p.status.Steps {
		if i != step && !p.chain.DistinctApprovers {
			continue
		}
		if slices.ContainsFunc(p.status.Steps[i].Votes, func(v v1alpha1.Vote) bool {
			return string(v.OnBehalfOf) == user || string(v.Approver) == user && (v.OnBehalfOf == "" || i != step)
		}) {
			return true
		}
	}
	return false
}

func (p *pass) stuckMessage(progress *v1alpha1.StepProgress, left, quorum int) string {
	if err := p.Index.ValidateInput(p.at(p.now)); err != nil {
		return fmt.Sprintf("step %q waits, and nobody may decide it: %v", progress.Name, err)
	}
	if left == 0 {
		return fmt.Sprintf("step %q waits, and nobody may decide it who was an approver when the request was opened: "+
			"restore one, or withdraw the request and make it again", progress.Name)
	}
	return fmt.Sprintf("step %q asks for %d approvals, and only %d more may decide it who were approvers when the request was opened: "+
		"restore some, or withdraw the request and make it again", progress.Name, quorum, left)
}

// waits lists the first of those whom a step waits for.
func waits(progress *v1alpha1.StepProgress, most int) string {
	if len(progress.WaitingFor) == 0 {
		return "nobody"
	}
	var listed []string
	for _, user := range progress.WaitingFor[:min(len(progress.WaitingFor), most)] {
		listed = append(listed, string(user))
	}
	text := strings.Join(listed, ", ")
	if more := len(progress.WaitingFor) - len(listed) + int(number(progress.OmittedWaitingFor)); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// voters lists who gave a verdict.
func voters(votes []v1alpha1.Vote, verdict v1alpha1.Verdict) string {
	var listed []string
	for i := range votes {
		if votes[i].Verdict == verdict {
			listed = append(listed, voter(&votes[i]))
		}
	}
	return strings.Join(listed, ", ")
}

func voter(vote *v1alpha1.Vote) string {
	if vote.OnBehalfOf != "" {
		return fmt.Sprintf("%q on behalf of %q", vote.Approver, vote.OnBehalfOf)
	}
	return fmt.Sprintf("%q", vote.Approver)
}

// cut shortens a text to so many bytes, between two characters.
func cut(text string, most int) string {
	const ellipsis = "…"
	if len(text) <= most {
		return text
	}
	end := most - len(ellipsis)
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + ellipsis
}
