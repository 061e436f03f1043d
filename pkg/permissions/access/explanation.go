// SPDX-License-Identifier: Apache-2.0

package access

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Reason is the code of what decided a request.
type Reason string

// Reasons, in the order in which a decision asks.
const (
	// ReasonUnavailable is the answer of a Source that has no publication yet, or a stale one.
	ReasonUnavailable        Reason = "Unavailable"
	ReasonUnknownSubjectType Reason = "UnknownSubjectType"
	ReasonUnknownUser        Reason = "UnknownUser"
	ReasonSuspended          Reason = "Suspended"
	ReasonUnknownPermission  Reason = "UnknownPermission"
	// ReasonUnknownResourceType is the answer if the permission is not about resources of the type.
	ReasonUnknownResourceType Reason = "UnknownResourceType"
	// ReasonUnknownResourceUser is the answer if the resource is a user, and there is none of its id.
	ReasonUnknownResourceUser   Reason = "UnknownResourceUser"
	ReasonUnknownUnit           Reason = "UnknownUnit"
	ReasonUnknownDimensionValue Reason = "UnknownDimensionValue"
	ReasonRefused               Reason = "Refused"
	ReasonDenied                Reason = "Denied"
	ReasonGranted               Reason = "Granted"
	ReasonGrantedByOverride     Reason = "GrantedByOverride"
	ReasonNotGranted            Reason = "NotGranted"
)

// Explanation is a decision with all that led to it.
type Explanation struct {
	// Decision is what Check answers.
	Decision bool `json:"decision"`
	// Reason is the code of what decided, and Message says it in one sentence.
	Reason  Reason `json:"reason"`
	Message string `json:"message"`
	// Nearest says what would make a no that comes from the lack of a grant a yes, the least first; or why nothing near would.
	Nearest []string `json:"nearest,omitempty"`
	// Advice is what of that would make it a yes, for programs.
	Advice []Advice `json:"advice,omitempty"`
	// Unit is the unit that the resource is, or lies in.
	Unit string `json:"unit,omitempty"`
	// Prohibitions are those on the permission.
	Prohibitions []ConditionResult `json:"prohibitions,omitempty"`
	// Overrides are the user's that name the permission, and all that count for nothing.
	Overrides []OverrideResult `json:"overrides,omitempty"`
	// Grants are the user's.
	Grants []GrantResult `json:"grants,omitempty"`
}

// ConditionResult is a condition as it was evaluated.
type ConditionResult struct {
	Name string `json:"name"`
	// Description says in the catalog's words what it is for.
	Description string `json:"description,omitempty"`
	// True reports whether it was evaluated and is true.
	True bool `json:"true"`
	// Error says why it could not be evaluated.
	Error string `json:"error,omitempty"`
	// Expression and Values are set on a condition that keeps the answer from being yes: what was evaluated, and what it saw.
	Expression string           `json:"expression,omitempty"`
	Values     []ConditionValue `json:"values,omitempty"`
}

// ConditionValue is a value that a condition read.
type ConditionValue struct {
	// Path is how the expression names it, for example resource.properties.owner.
	Path string `json:"path"`
	// Missing is set if there is none, and Value is nil then.
	Missing bool `json:"missing,omitempty"`
	Value   any  `json:"value,omitempty"`
}

// OverrideResult is an override that names the permission, or one that counts for nothing.
type OverrideResult struct {
	Source string `json:"source,omitempty"`
	// Permission is what an override that counts for nothing names.
	Permission string `json:"permission,omitempty"`
	// Deny is set on an override that takes the permission away.
	Deny  bool   `json:"deny,omitempty"`
	Scope string `json:"scope"`
	// Covers reports whether it counts for the request, and Because why not.
	Covers  bool   `json:"covers"`
	Because string `json:"because,omitempty"`
	// Rejected is set on an override that counts for nothing as it is written.
	Rejected bool `json:"rejected,omitempty"`
	// Findings are what is wrong with it.
	Findings []GrantFinding `json:"findings,omitempty"`
}

// GrantResult is a grant of the user.
type GrantResult struct {
	Source string `json:"source,omitempty"`
	Role   string `json:"role"`
	Scope  string `json:"scope"`
	// EndTime is when the grant ends; nil if it does not.
	EndTime *time.Time `json:"endTime,omitempty"`
	// Covers reports whether the grant is live and covers the resource, and Because why not.
	Covers  bool   `json:"covers"`
	Because string `json:"because,omitempty"`
	// Alternatives are the ways in which the role holds the permission. None means that it does not.
	Alternatives []AlternativeResult `json:"alternatives,omitempty"`
	// Rejected is set on a grant that counts for nothing as it is written, or that a constraint withholds.
	Rejected bool `json:"rejected,omitempty"`
	// Findings are what is wrong with the grant, or with its role.
	Findings []GrantFinding `json:"findings,omitempty"`
}

// GrantFinding is one thing that is wrong with a grant or an override, as validate finds it.
type GrantFinding struct {
	Reason  string `json:"reason"`
	Message string `json:"message"`
}

// AlternativeResult is one way in which a role holds the permission.
type AlternativeResult struct {
	// When writes out the conditions, or Always.
	When string `json:"when"`
	// Via is the line of roles through which it is inherited.
	Via []string `json:"via,omitempty"`
	// Met reports whether all conditions are met.
	Met bool `json:"met"`
	// MissingFeatures are required features that the organization lacks, MissingEntitlements those that the grant lacks.
	MissingFeatures     []string `json:"missingFeatures,omitempty"`
	MissingEntitlements []string `json:"missingEntitlements,omitempty"`
	// Qualifiers are the conditions as they were evaluated.
	Qualifiers []ConditionResult `json:"qualifiers,omitempty"`
}

// String writes the explanation for a terminal, a line for each step.
func (e Explanation) String() string {
	var text strings.Builder
	answer := "no"
	if e.Decision {
		answer = "yes"
	}
	fmt.Fprintf(&text, "%s: %s\n", answer, e.Message)
	for _, nearest := range e.Nearest {
		fmt.Fprintf(&text, "  %s\n", nearest)
	}
	for _, prohibition := range e.Prohibitions {
		fmt.Fprintf(&text, "  prohibition %s\n%s", prohibition, prohibition.details("    "))
	}
	for _, override := range e.Overrides {
		fmt.Fprintf(&text, "  %s\n", override)
		writeFindings(&text, override.Findings)
	}
	for _, grant := range e.Grants {
		fmt.Fprintf(&text, "  %s\n", grant)
		writeFindings(&text, grant.Findings)
		for _, alternative := range grant.Alternatives {
			fmt.Fprintf(&text, "    %s\n", alternative)
			for _, qualifier := range alternative.Qualifiers {
				fmt.Fprintf(&text, "      qualifier %s\n%s", qualifier, qualifier.details("        "))
			}
		}
	}
	return text.String()
}

func writeFindings(text *strings.Builder, findings []GrantFinding) {
	for _, finding := range findings {
		fmt.Fprintf(text, "    %s: %s\n", finding.Reason, finding.Message)
	}
}

// String is the condition with its result and, in quotes, its description.
func (c ConditionResult) String() string {
	line := c.Name + " is false"
	switch {
	case c.Error != "":
		line = c.Name + " cannot be evaluated (" + c.Error + ")"
	case c.True:
		line = c.Name + " is true"
	}
	if c.Description != "" {
		line += ": " + strconv.Quote(c.Description)
	}
	return line
}

// details are the expression and what it saw, a line for each.
func (c ConditionResult) details(indent string) string {
	if c.Expression == "" {
		return ""
	}
	lines := indent + strings.Join(strings.Fields(c.Expression), " ") + "\n"
	var linesSb183 strings.Builder
	for _, value := range c.Values {
		linesSb183.WriteString(indent + value.String() + "\n")
	}
	lines += linesSb183.String()
	return lines
}

// mostShown bounds how much of a value is shown.
const mostShown = 60

// String is the value on one line, as JSON.
func (v ConditionValue) String() string {
	if v.Missing {
		return v.Path + " is missing"
	}
	text := fmt.Sprint(v.Value)
	if encoded, err := json.Marshal(v.Value); err == nil {
		text = string(encoded)
	}
	if shown := []rune(text); len(shown) > mostShown {
		text = string(shown[:mostShown]) + "..."
	}
	return v.Path + " is " + text
}

// String is the override on one line.
func (o OverrideResult) String() string {
	effect := "gives the permission"
	if o.Deny {
		effect = "denies the permission"
	}
	if o.Rejected {
		return fmt.Sprintf("override %s of permission %s: %s, counts for nothing", o.Source, o.Permission, o.Scope)
	}
	return fmt.Sprintf("override %s %s: %s%s", o.Source, effect, o.Scope, counts(o.Covers, o.Because))
}

// String is the grant on one line.
func (g GrantResult) String() string {
	until := ""
	if g.EndTime != nil && g.Covers {
		until = ", until " + g.EndTime.UTC().Format(time.RFC3339)
	}
	if g.Rejected {
		return fmt.Sprintf("grant %s of role %s: %s, counts for nothing", g.Source, g.Role, g.Scope)
	}
	line := fmt.Sprintf("grant %s of role %s: %s%s%s", g.Source, g.Role, g.Scope, until, counts(g.Covers, g.Because))
	if len(g.Alternatives) == 0 {
		line += "; the role does not hold the permission"
	}
	return line
}

// String is the alternative on one line.
func (a AlternativeResult) String() string {
	line := "held under " + a.When
	if a.When == document.Always {
		line = "held without condition"
	}
	parts := make([]string, 0, 1+len(a.MissingFeatures)+len(a.MissingEntitlements))
	parts = append(parts, line+a.Inheritance())
	for _, feature := range a.MissingFeatures {
		parts = append(parts, "feature "+feature+" is not turned on")
	}
	for _, entitlement := range a.MissingEntitlements {
		parts = append(parts, "the grant lacks entitlement "+entitlement)
	}
	return strings.Join(parts, "; ")
}

// Inheritance names the roles through which the alternative is inherited, for example ", inherited through clerk, then
// reader". It is empty for an alternative of the role itself.
func (a AlternativeResult) Inheritance() string {
	if len(a.Via) == 0 {
		return ""
	}
	return ", inherited through " + strings.Join(a.Via, ", then ")
}

func counts(covers bool, why string) string {
	if covers {
		return ", covers the resource"
	}
	return ", does not count: " + why
}
