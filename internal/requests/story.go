// SPDX-License-Identifier: Apache-2.0

package requests

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/rolewright/rolewright/internal/audit"
	"github.com/rolewright/rolewright/internal/english"
)

// What returns what a record says besides its event, in one line.
func What(r *audit.Record) string { return english.Printable(what(r)) }

func what(r *audit.Record) string {
	switch {
	case r.Asked != nil:
		return "by " + byVia(r.Request.Requester, r.Asked.Via)
	case r.Chain != nil:
		return "chain " + r.Chain.Name
	case r.Step != nil:
		if r.Message == "" {
			return r.Step.Name
		}
		return fmt.Sprintf("%s: %s", r.Step.Name, r.Message)
	case r.Decision != nil:
		return decisionLine(r)
	case r.End != nil:
		return strings.TrimSuffix(fmt.Sprintf("%s: %s", r.End.State, r.Message), ": ")
	case r.Event == audit.RoleGiven:
		return fmt.Sprintf("%s, %s to %s", r.Role.Name, english.Time(*r.Role.StartTime), english.Time(*r.Role.EndTime))
	case r.Role != nil && r.Role.EndedBy != "":
		return fmt.Sprintf("%s: %s by %s", r.Role.Name, r.Role.EndReason, byVia(r.Role.EndedBy, r.Role.EndedVia))
	case r.Role != nil:
		return fmt.Sprintf("%s: %s", r.Role.Name, r.Role.EndReason)
	}
	return r.Message
}

func decisionLine(r *audit.Record) string {
	d := r.Decision
	text := fmt.Sprintf("%s by %s", d.Verdict, byVia(d.Approver, d.Via))
	if d.OnBehalfOf != "" {
		text += " on behalf of " + d.OnBehalfOf
	}
	if !d.Counted {
		text += fmt.Sprintf(", does not count: %s (%s)", cmp.Or(r.Message, d.Reason), d.Reason)
	}
	if d.Comment != "" {
		text += fmt.Sprintf(": %q", d.Comment)
	}
	return text
}

// byVia returns a user, and the service account that wrote for them.
func byVia(user, via string) string {
	if via == "" {
		return user
	}
	return fmt.Sprintf("%s (written by %s)", user, via)
}
