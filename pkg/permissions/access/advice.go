// SPDX-License-Identifier: Apache-2.0

package access

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Advice is what would make a no a yes: all that it names, together. It was decided again in that state, so that nothing else
// still refuses.
type Advice struct {
	// Features would have to be turned on.
	Features []string `json:"features,omitempty"`
	// Entitlements would have to be carried by the grant.
	Entitlements []string `json:"entitlements,omitempty"`
	// Roles would have to be granted, any one of them, in Scope. Only some are named: MoreRoles says how many others would do.
	Roles     []string        `json:"roles,omitempty"`
	MoreRoles int             `json:"moreRoles,omitempty"`
	Scope     *document.Scope `json:"scope,omitempty"`
	// Qualifiers are false and would have to be true; Unevaluated could not even be evaluated.
	Qualifiers  []string `json:"qualifiers,omitempty"`
	Unevaluated []string `json:"unevaluated,omitempty"`
	// Unless are prohibitions that read what these qualifiers read. They are false, and would have to stay so.
	Unless []string `json:"unless,omitempty"`
	// While are qualifiers that read the same, too. They are true, and would have to stay so.
	While []string `json:"while,omitempty"`
	// SameState is set if these qualifiers read what says which unit, values and time are asked about: all that would have to stay.
	SameState bool `json:"sameState,omitempty"`
	// Units are where the resource would have to lie, in any one of them, or which of them it would have to be.
	Units []string `json:"units,omitempty"`
	// Dimensions holds, for each dimension, the values of which the resource would have to have one.
	Dimensions map[string][]string `json:"dimensions,omitempty"`
	// Before, At or From is the time at which it would have to be asked.
	Before *time.Time `json:"before,omitempty"`
	At     *time.Time `json:"at,omitempty"`
	From   *time.Time `json:"from,omitempty"`
	// Source is the grant, of GrantRole, or the override that would give it; empty if a role would have to be granted.
	Source    string `json:"source,omitempty"`
	GrantRole string `json:"grantRole,omitempty"`
}

// String is the advice in one sentence.
func (a Advice) String() string {
	text := "would be allowed " + strings.Join(a.needs(), " and ")
	if by := a.By(); by != "" {
		return text + ", by " + by
	}
	return text
}

// By names the grant or the override that would give the permission; it is empty if a role would have to be granted.
func (a *Advice) By() string {
	switch {
	case len(a.Roles) > 0:
		return ""
	case a.GrantRole != "":
		return fmt.Sprintf("grant %s of role %s", a.Source, a.GrantRole)
	}
	return "override " + a.Source
}

// needs names all that would have to be otherwise.
func (a *Advice) needs() []string {
	var needs []string
	add := func(format string, names []string) {
		for _, name := range names {
			needs = append(needs, fmt.Sprintf(format, name))
		}
	}
	if len(a.Roles) > 0 {
		needs = append(needs, a.grant())
	}
	add("with feature %s", a.Features)
	add("with entitlement %s", a.Entitlements)
	add("if qualifier %s were true", a.Qualifiers)
	add("if qualifier %s could be evaluated and were true", a.Unevaluated)
	add("while prohibition %s stays false", a.Unless)
	add("while qualifier %s stays true", a.While)
	if a.SameState {
		needs = append(needs, "while unit, dimension values and time stay")
	}
	return append(needs, a.state()...)
}

// State says where, for which values and when the request would have to be made.
func (a *Advice) State() string { return strings.Join(a.state(), " and ") }

func (a *Advice) state() []string {
	var needs []string
	if len(a.Units) > 0 {
		needs = append(needs, "in "+strings.Join(a.Units, ", "))
	}
	for _, name := range slices.Sorted(maps.Keys(a.Dimensions)) {
		needs = append(needs, "for "+name+" "+strings.Join(a.Dimensions[name], ", "))
	}
	for _, moment := range []struct {
		format string
		at     *time.Time
	}{{"before %s", a.Before}, {"at %s", a.At}, {"from %s on", a.From}} {
		if moment.at != nil {
			needs = append(needs, fmt.Sprintf(moment.format, moment.at.UTC().Format(time.RFC3339Nano)))
		}
	}
	return needs
}

// grant names the roles of which one would have to be granted, and where.
func (a *Advice) grant() string {
	text := "with a grant of role " + a.Roles[0]
	if len(a.Roles) > 1 || a.MoreRoles > 0 {
		text = "with a grant of one of the roles " + strings.Join(a.Roles, ", ")
	}
	if a.MoreRoles > 0 {
		text += fmt.Sprintf(" and %d more", a.MoreRoles)
	}
	text += " in " + a.Scope.Places()
	var textSb123 strings.Builder
	for _, name := range slices.Sorted(maps.Keys(a.Scope.Dimensions)) {
		textSb123.WriteString(" for " + name + " " + a.Scope.Dimensions[name].String())
	}
	text += textSb123.String()
	return text
}
