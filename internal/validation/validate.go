// SPDX-License-Identifier: Apache-2.0

package validation

import (
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
)

// Validate resolves every organization, and the objects that belong to none, and reports the findings at a given time.
func (in *Input) Validate(now time.Time) *Report { return in.Resolve().Report(now) }

// Resolved is an input together with what its organizations resolve to.
type Resolved struct {
	// Organizations exist, or objects refer to them, by namespace and name.
	Organizations []Organization

	in *Input
}

// Organization is one that was resolved.
type Organization struct {
	// World is what its objects mean, but for assignments, and Members are the objects.
	World      *model.World
	Members    *intake.Members
	Resolution *resolve.Resolution
	// Chains say what approval chains lack, by name, as of the report that was made; nil before.
	Chains []ChainCoverage

	index *compiledIndex
	// elsewhere is what the resolution was told of others.
	elsewhere *model.Elsewhere
}

// Index returns the index of the document, nil if there is none. The error says why none can be made of it.
func (o *Organization) Index() (*engine.Index, error) { return o.index.index, o.index.err }

// Resolve resolves every organization.
func (in *Input) Resolve() *Resolved { return (&Resolver{}).Resolve(in) }

// Report reports the findings at a given time, those in objects that belong to no organization among them.
func (r *Resolved) Report(now time.Time) *Report {
	in := r.in
	rejected := in.rejectedFields()
	var resolved []resolve.Finding
	add := func(found []resolve.Finding) {
		for _, f := range found {
			// A field is reported once, even if it is wrong in two ways, or if what is wrong in it makes the whole wrong.
			path := in.namedPath(f.Object, f.Field)
			known := func(other string) bool { return isWithin(path, other) || path != "" && isWithin(other, path) }
			if !slices.ContainsFunc(rejected[f.Object], known) {
				resolved = append(resolved, f)
			}
		}
	}
	add(in.resolvePlatform().Findings)
	if !in.Partial {
		add(in.rolesNowhere(r.Organizations))
	}
	for i := range r.Organizations {
		add(in.findingsOf(&r.Organizations[i], now))
	}
	add(in.platformDocumentFindings(resolved, now))
	findings := slices.Clone(in.Rejected)
	for _, f := range in.withoutConsequences(r.withoutStrayed(resolved)) {
		findings = append(findings, in.located(f))
	}
	findings = withoutRestated(findings)
	return &Report{
		Findings: sortAndDeduplicate(findings),
		Files:    in.files, Skipped: in.skipped, Organizations: len(in.Objects.Organizations), Objects: in.count(),
	}
}

// findingsOf returns what is found in an organization at a given time.
func (in *Input) findingsOf(o *Organization, now time.Time) []resolve.Finding {
	world := o.World
	found, _ := o.Resolution.At(now)
	if world.Organization != nil && world.Catalog == nil {
		// It is enough that the organization says so.
		found = slices.DeleteFunc(slices.Clone(found), func(f resolve.Finding) bool {
			return in.sources[f.Object] != nil && f.Object != world.Organization.Ref
		})
	}
	o.cover(now)
	if len(o.Chains) > 0 {
		found = append(slices.Clip(found), lacks(world.Organization, o.Chains)...)
	}
	if in.incomplete(world.Namespace) {
		found = slices.DeleteFunc(slices.Clone(found), func(f resolve.Finding) bool { return f.Severity != resolve.Error })
	}
	return found
}

// withoutRestated leaves out the rule over the sections of a catalog that a finding about one of its permissions says better.
func withoutRestated(findings []Finding) []Finding {
	restated := map[model.Ref]bool{}
	for i := range findings {
		restated[findings[i].Object] = restated[findings[i].Object] || findings[i].Reason == resolve.ReasonUnknownSection
	}
	return slices.DeleteFunc(findings, func(f Finding) bool {
		return f.Field == "spec.sections" && f.Reason == string(field.ErrorTypeInvalid) && restated[f.Object]
	})
}

// rejectedFields returns the rejected fields of each object.
func (in *Input) rejectedFields() map[model.Ref][]string {
	fields := map[model.Ref][]string{}
	for i := range in.Rejected {
		// A rule over the whole spec says nothing about its parts.
		if f := &in.Rejected[i]; f.Field != "" && (f.Field != "spec" || f.Reason != string(field.ErrorTypeInvalid)) {
			fields[f.Object] = append(fields[f.Object], in.namedPath(f.Object, f.Field))
		}
	}
	return fields
}

// namedPath returns the one path of a field of an object: the API server counts the items of lists, and findings name them.
func (in *Input) namedPath(of model.Ref, path string) string {
	if object, ok := in.sources[of]; ok {
		return object.NamedPath(path)
	}
	return path
}

// incomplete reports whether something was rejected that may be part of the organizations of a namespace. Recommendations
// about the rest would be wrong: a role is not unused because the grant that names it cannot be read.
func (in *Input) incomplete(namespace string) bool {
	return slices.ContainsFunc(in.Rejected, func(f Finding) bool {
		return f.Severity == resolve.Error && (f.Object.Namespace == "" || f.Object.Namespace == namespace)
	})
}

// resolvePlatform resolves the objects that belong to no organization.
func (in *Input) resolvePlatform() *resolve.PlatformResolution {
	catalogs := make([]*model.Catalog, len(in.Objects.Catalogs))
	for i := range in.Objects.Catalogs {
		catalogs[i] = intake.Catalog(&in.Objects.Catalogs[i])
	}
	roles := make([]model.Role, len(in.Objects.PlatformRoles))
	for i := range in.Objects.PlatformRoles {
		roles[i] = intake.PlatformRole(&in.Objects.PlatformRoles[i])
	}
	assignments := make([]model.PlatformAssignment, len(in.Objects.PlatformAssignments))
	for i := range in.Objects.PlatformAssignments {
		// Which organizations an assignment selects is decided for each organization, by its labels.
		assignments[i] = intake.PlatformAssignment(&in.Objects.PlatformAssignments[i], nil)
	}
	return resolve.Platform(catalogs, roles, assignments)
}

// rolesNowhere finds the custom roles that constraints of catalogs name and none of the organizations that use the catalog has.
func (in *Input) rolesNowhere(organizations []Organization) []resolve.Finding {
	var found []resolve.Finding
	for i := range in.Objects.Catalogs {
		catalog := intake.Catalog(&in.Objects.Catalogs[i])
		existing, used := map[string]bool{}, false
		for j := range organizations {
			world := organizations[j].World
			if world.Catalog != nil && world.Catalog.Name == catalog.Name {
				used = true
				for k := range world.Roles {
					existing[world.Roles[k].Name] = true
				}
			}
		}
		if used {
			found = append(found, resolve.CustomRolesNowhere(catalog, func(role string) bool { return existing[role] })...)
		}
	}
	return found
}

// located adds the position in a file to a finding of the resolution.
func (in *Input) located(f resolve.Finding) Finding {
	finding := Finding{Severity: f.Severity, Object: f.Object, Field: f.Field, Reason: f.Reason, Message: f.Message}
	if object, ok := in.sources[f.Object]; ok {
		finding.Position = object.PositionOf(f.Field)
	}
	return finding
}

// isWithin reports whether a field is another field or lies within it.
func isWithin(path, outer string) bool {
	rest, ok := strings.CutPrefix(path, outer)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}
