// SPDX-License-Identifier: Apache-2.0

package validation

import (
	"fmt"
	"regexp"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/rolewright/rolewright/internal/crdschema"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/suggest"
)

// What cannot be read, or belongs to nothing, declares nothing: whatever names something in it would be found to name what does not
// exist. Of one mistake one message is enough, so such a finding is left out. It comes back, if it is one, once the mistake is mended.

// lostDocument is a document of which not all can be read.
type lostDocument struct {
	source *manifests.Source
	// kind is that of the object in it, empty if it is unknown. Object is that object, empty if there is none that can be read.
	kind   string
	object model.Ref
	// detached is set if the object can be read, and what it belongs to does not exist.
	detached bool
}

// declares reports whether the document may declare what an object names and is not found.
func (d *lostDocument) declares(name string, namedBy model.Ref, reason string) bool {
	occurrences := 1
	switch kinds := declaredIn(reason); {
	case kinds == nil, d.kind != "" && !slices.Contains(kinds, d.kind):
		return false
	case d.object.Kind != "" && d.object.Name == "":
		return true
	case d.object == namedBy:
		// One of them is that which names it.
		occurrences = 2
	}
	return name != "" && d.source.Count(name) >= occurrences
}

// declaredIn returns the kinds of objects that declare what a finding says is not there.
func declaredIn(reason string) []string {
	switch reason {
	case resolve.ReasonUnknownOrganization:
		return []string{model.KindOrganization}
	case resolve.ReasonUnknownRole:
		return []string{model.KindRole, model.KindPlatformRole}
	case resolve.ReasonUnknownUserGroup:
		return []string{model.KindGroup}
	case resolve.ReasonUnknownUser:
		return []string{model.KindAssignment, model.KindGroup, model.KindPlatformAssignment}
	case resolve.ReasonUnknownUnit, resolve.ReasonUnknownUnitGroup:
		return []string{model.KindStructure}
	case resolve.ReasonUnknownConstraint:
		return []string{model.KindCatalog, model.KindStructure}
	case resolve.ReasonUnknownCatalog, resolve.ReasonUnknownSection, resolve.ReasonUnknownPermission, resolve.ReasonUnknownQualifier,
		resolve.ReasonUnknownFeature, resolve.ReasonUnknownEntitlement, resolve.ReasonUnknownDimension, resolve.ReasonUnknownDimensionValue,
		resolve.ReasonUnknownPlan, resolve.ReasonInvalidExpression:
		return []string{model.KindCatalog}
	}
	return nil
}

// lose notes that not all of a document can be read, of an object unless that is unknown.
func (in *Input) lose(source *manifests.Source, object model.Ref) {
	kind := object.Kind
	if written := writtenKind.FindAllStringSubmatch(source.String(), -1); kind == "" && len(written) == 1 {
		kind = written[0][1]
	}
	if kind != model.KindDecision && intake.NewObject(kind) == nil {
		kind = suggest.Closest(kind, kindsThatDeclare)
	}
	in.lost = append(in.lost, lostDocument{source: source, kind: kind, object: object})
}

// loses reports whether an error keeps a part of an object from being read, and is not only about what it says.
func loses(e crdschema.FieldError) bool {
	return slices.Contains([]string{
		crdschema.ReasonUnknownField, crdschema.ReasonUnknownKind, string(field.ErrorTypeTypeInvalid), string(field.ErrorTypeRequired),
	}, e.Reason)
}

// kindsThatDeclare are the kinds of objects that declare something that others name.
var kindsThatDeclare = []string{
	model.KindCatalog, model.KindPlatformRole, model.KindPlatformAssignment, model.KindOrganization, model.KindStructure, model.KindRole,
	model.KindAssignment, model.KindGroup,
}

// writtenKind matches the kind of an object in a text that is perhaps no YAML.
var writtenKind = regexp.MustCompile(`(?m)^kind: *(\w+) *$`)

// belongsToNothing are the reasons of findings about what an object belongs to.
var belongsToNothing = []string{resolve.ReasonUnknownOrganization, resolve.ReasonUnknownCatalog}

// withoutConsequences leaves out the errors that follow from others: about names that may be declared in what cannot be read, or in an
// object that belongs to nothing.
func (in *Input) withoutConsequences(findings []resolve.Finding) []resolve.Finding {
	lost := slices.Clone(in.lost)
	for i := range findings {
		f := &findings[i]
		if object := in.sources[f.Object]; object != nil && slices.Contains(belongsToNothing, f.Reason) {
			lost = append(lost, lostDocument{source: object.Source, kind: f.Object.Kind, object: f.Object, detached: true})
		}
	}
	if len(lost) == 0 {
		return findings
	}
	return slices.DeleteFunc(findings, func(f resolve.Finding) bool {
		object := in.sources[f.Object]
		switch {
		case object == nil:
			return false
		case f.Object.Name == "", f.Reason == resolve.ReasonUnknownOrganization && in.hasNoNamespace(f.Object):
			// Which object it is, or where, cannot be read.
			return true
		case slices.Contains(amongObjects, f.Reason):
			return slices.ContainsFunc(lost, func(d lostDocument) bool { return !d.detached })
		}
		name := object.NameAt(f.Field)
		return slices.ContainsFunc(lost, func(d lostDocument) bool {
			return !(d.detached && slices.Contains(belongsToNothing, f.Reason)) && d.declares(name, f.Object, f.Reason)
		})
	})
}

// hasNoNamespace reports whether the namespace of an object cannot be read.
func (in *Input) hasNoNamespace(object model.Ref) bool {
	return slices.ContainsFunc(in.Rejected, func(f Finding) bool {
		return f.Object == object && f.Field == "metadata.namespace" && f.Reason != manifests.ReasonMisreadValue
	})
}

// amongObjects are the reasons of errors that objects make together, none of which need be wrong. Without what cannot be read of one,
// another may seem to.
var amongObjects = []string{
	resolve.ReasonPlanLimitExceeded, resolve.ReasonLevelMismatch, resolve.ReasonSeparationOfDuties, resolve.ReasonTooManyHolders,
	resolve.ReasonPrerequisiteNotMet, resolve.ReasonAmbiguousChains,
}

// withoutStrayed finds once that an organization is in another namespace than the objects that name it, rather than on each of these.
func (r *Resolved) withoutStrayed(findings []resolve.Finding) []resolve.Finding {
	for i := range r.Organizations {
		world := r.Organizations[i].World
		if world.Organization != nil {
			continue
		}
		var without []resolve.Finding
		for _, f := range findings {
			if f.Reason != resolve.ReasonUnknownOrganization || f.Object.Namespace != world.Namespace || !r.names(f.Object, world.Name) {
				without = append(without, f)
			}
		}
		if strayed := r.alone(world.Name); strayed != nil && len(findings)-len(without) > 1 {
			count := len(findings) - len(without)
			findings = without
			findings = append(findings, resolve.Finding{
				Reason: resolve.ReasonUnknownOrganization, Severity: resolve.Error, Object: strayed.Ref, Field: "metadata.namespace",
				Message: fmt.Sprintf("the organization is in namespace %q, and %d objects that name it are in namespace %q: move it there, "+
					"or them here", strayed.Namespace, count, world.Namespace),
			})
		}
	}
	return findings
}

// names reports whether an object names an organization.
func (r *Resolved) names(object model.Ref, organization string) bool {
	source := r.in.sources[object]
	return source != nil && source.NameAt("spec.organizationRef.name") == organization
}

// alone returns the organization of a name that no object names in its own namespace, nil if there is no such one, or several.
func (r *Resolved) alone(name string) *model.Organization {
	var found *model.Organization
	for i := range r.Organizations {
		world := r.Organizations[i].World
		if world.Organization == nil || world.Name != name {
			continue
		}
		belongs := len(world.Structures) + len(world.Roles) + len(r.Organizations[i].Members.Assignments) + len(world.Groups) + len(world.Chains)
		if found != nil || belongs > 0 {
			return nil
		}
		found = world.Organization
	}
	return found
}
