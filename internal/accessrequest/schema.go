// SPDX-License-Identifier: Apache-2.0

package accessrequest

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// schema answers with the JSON Schema of what a submission says beside the denied request.
func (x *exchange) schema(segment string) *problem {
	name, err := url.PathUnescape(segment)
	index, _, ready := x.service.index(x.where)
	if err != nil || !ready {
		return plainProblem(http.StatusNotFound, "there is no form %q", segment)
	}
	chain, known := index.Chain(name)
	if !known || chain.GrantPolicy == nil {
		return plainProblem(http.StatusNotFound, "there is no form %q: ApprovalChain %q gives no role", name, name)
	}
	id := x.service.endpoint(x.where) + "/" + segmentSchemas + "/" + segment
	x.write(http.StatusOK, "application/schema+json", formOf(id, &chain))
	return nil
}

// formOf returns the schema of what a chain that gives roles wants to know.
func formOf(id string, chain *document.Chain) map[string]any {
	policy := chain.GrantPolicy
	justification := map[string]any{
		"type": "string", "maxLength": maxJustification, "title": "Justification",
		"description": "Why access is needed. The approvers see it.",
	}
	until := map[string]any{
		"type": "string", "format": "date-time", "title": "Until",
		"description": "How long from now on access is needed. It begins with the approval.",
	}
	context := map[string]any{"type": "object", "properties": map[string]any{memberJustification: justification}}
	access := map[string]any{"type": "object", "properties": map[string]any{
		memberUntil: until,
		memberRole: map[string]any{
			"type": "string", "title": "Role", "description": "Which role, if several would do. If absent, the one that gives least.",
		},
	}}
	required := []string{}
	if j := policy.Justification; j != nil {
		// What RE2 alone understands would make the schema invalid for most: the hint says it.
		if j.Pattern != "" && !strings.Contains(j.Pattern, "(?") {
			justification["pattern"] = j.Pattern
		}
		if j.Hint != "" {
			justification["description"] = j.Hint
		}
		if j.Requirement != document.JustificationOptional {
			justification["minLength"], context["required"] = 1, []string{memberJustification}
			required = append(required, "context")
		}
	}
	if policy.DefaultDurationSeconds == 0 {
		access["required"] = []string{memberUntil}
		required = append(required, "requested_access")
	}
	form := map[string]any{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": id, "type": "object",
		"properties": map[string]any{"context": context, "requested_access": access},
	}
	if len(required) > 0 {
		form["required"] = required
	}
	return form
}
