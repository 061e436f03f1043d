// SPDX-License-Identifier: Apache-2.0

package view

import (
	"cmp"
	"maps"
	"slices"

	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/validation"
)

// Findings is a list of findings, by gravity and reason.
type Findings struct {
	Groups []FindingGroup
	Paging
	// Severity, Reason, Kind and Text are what the list is limited to, each empty for no limit.
	Severity, Reason, Kind, Text string
	// Reasons and Kinds are those that some finding has.
	Reasons, Kinds []string
	// Counts of all findings, whatever the list is limited to.
	Errors, Warnings, Notes int
}

// keeps reports whether a finding is among those that the list is limited to.
func (f *Findings) keeps(found *validation.Finding) bool {
	return (f.Severity == "" || f.Severity == found.Severity.String()) && (f.Reason == "" || f.Reason == found.Reason) &&
		(f.Kind == "" || f.Kind == found.Object.Kind) && (containsFold(found.Subject(), f.Text) || containsFold(found.Message, f.Text))
}

// Severities are those that a finding may have, the most severe first.
func (*Findings) Severities() []string {
	return []string{resolve.Error.String(), resolve.Warning.String(), resolve.Info.String()}
}

// FindingGroup is the findings of one reason.
type FindingGroup struct {
	Severity resolve.Severity
	Reason   string
	Findings []validation.Finding
}

// NewFindings returns a page of findings.
func NewFindings(all []validation.Finding, severity, reason, kind, text, page string) *Findings {
	f := &Findings{
		Severity: severity, Reason: reason, Kind: kind, Text: text,
		Errors: validation.Count(all, resolve.Error), Warnings: validation.Count(all, resolve.Warning),
		Notes: validation.Count(all, resolve.Info),
	}
	reasons, kinds := map[string]bool{}, map[string]bool{}
	var kept []validation.Finding
	for i := range all {
		reasons[all[i].Reason], kinds[all[i].Object.Kind] = true, true
		if f.keeps(&all[i]) {
			kept = append(kept, all[i])
		}
	}
	delete(kinds, "")
	f.Reasons, f.Kinds = slices.Sorted(maps.Keys(reasons)), slices.Sorted(maps.Keys(kinds))
	slices.SortStableFunc(kept, func(a, b validation.Finding) int {
		return cmp.Or(cmp.Compare(a.Severity, b.Severity), cmp.Compare(a.Reason, b.Reason), a.Object.Compare(b.Object))
	})
	kept, f.Paging = paginate(kept, page)
	for _, found := range kept {
		if n := len(f.Groups); n == 0 || f.Groups[n-1].Reason != found.Reason || f.Groups[n-1].Severity != found.Severity {
			f.Groups = append(f.Groups, FindingGroup{Severity: found.Severity, Reason: found.Reason})
		}
		group := &f.Groups[len(f.Groups)-1]
		group.Findings = append(group.Findings, found)
	}
	return f
}

// elsewhere returns the findings in objects of no organization.
func elsewhere(s *state.State) []validation.Finding {
	of := map[model.Ref]bool{}
	for _, o := range s.Organizations {
		for i := range o.Findings {
			of[o.Findings[i].Object] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(s.Findings), func(f validation.Finding) bool { return of[f.Object] })
}

// findingsAbout returns the findings in one object.
func findingsAbout(all []validation.Finding, ref model.Ref) []validation.Finding {
	var about []validation.Finding
	for i := range all {
		if all[i].Object == ref {
			about = append(about, all[i])
		}
	}
	return about
}

// findingsInRoles returns the errors and warnings in roles and in all that these inherit: they may be why a user cannot do something.
func findingsInRoles(o *state.Organization, keys ...string) []validation.Finding {
	roles := map[model.Ref]bool{}
	for _, key := range keys {
		roles[roleRef(o, key)] = true
		for _, inherited := range o.Document.Roles[key].Inherits {
			roles[roleRef(o, inherited)] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(o.Findings), func(f validation.Finding) bool {
		return !roles[f.Object] || f.Object.Kind == "" || f.Severity == resolve.Info
	})
}
