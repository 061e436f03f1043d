// SPDX-License-Identifier: Apache-2.0

package state

import (
	"iter"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/console/texts"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/matrix"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/validation"
)

// State is everything that was read at one moment.
type State struct {
	// Version identifies the state: two states with the same version are the same.
	Version string
	// ReadTime is when it was read.
	ReadTime time.Time
	// Objects are all objects that were read.
	Objects *intake.Objects
	// Organizations that exist, by namespace and name.
	Organizations []*Organization
	// Findings are those in all objects.
	Findings []validation.Finding
	// Baseline is what this state can be compared with; nil if there is nothing.
	Baseline *Baseline
	// Refused says why a newer state is not shown; nil if this is the latest.
	Refused error
	// Lacking says of what the state may hold less than there is.
	Lacking []Lack
	// Decisions are those of requests.
	Decisions []v1alpha1.ApprovalDecision
}

// Lack is something that could not be read.
type Lack struct {
	// What says in a sentence what it is, and what that means for the pages.
	What string
	// Message is what the API server says.
	Message string
}

// Empty returns the state in which nothing has been read.
func Empty(now time.Time) *State { return &State{ReadTime: now, Objects: &intake.Objects{}} }

// Builder makes states one after another, each at the cost of what differs from the one before. What it makes is what New makes of the
// same input. Its zero value is ready; it is for one goroutine.
type Builder struct {
	resolver validation.Resolver
	latest   map[types.NamespacedName]*Organization
}

// New returns the state of an input. It fails if an index cannot be made of a document.
func New(input *validation.Input, version string, now time.Time) (*State, error) {
	return (&Builder{}).Build(input, version, now)
}

// Build returns the state of an input. It fails if an index cannot be made of a document.
func (b *Builder) Build(input *validation.Input, version string, now time.Time) (*State, error) {
	resolved := b.resolver.Resolve(input)
	s := &State{Version: version, ReadTime: now, Objects: &input.Objects, Decisions: input.Decisions, Findings: resolved.Report(now).Findings}
	byObject, kinds := map[model.Ref][]validation.Finding{}, map[string]bool{}
	for i := range s.Findings {
		of := s.Findings[i].Object
		byObject[of], kinds[of.Kind] = append(byObject[of], s.Findings[i]), true
	}
	latest := make(map[types.NamespacedName]*Organization, len(resolved.Organizations))
	for i := range resolved.Organizations {
		world := resolved.Organizations[i].World
		if world.Organization == nil {
			continue
		}
		key := types.NamespacedName{Namespace: world.Namespace, Name: world.Name}
		o, err := newOrganization(&resolved.Organizations[i], s.Objects, b.latest[key])
		if err != nil {
			return nil, err
		}
		for ref := range o.objects(kinds) {
			o.Findings = append(o.Findings, byObject[ref]...)
		}
		latest[key] = o
		s.Organizations = append(s.Organizations, o)
	}
	b.latest = latest
	return s, nil
}

// newOrganization returns an organization that was resolved. It shares with the one before what follows from the resolution, if that is
// the same.
func newOrganization(resolved *validation.Organization, objects *intake.Objects, before *Organization) (*Organization, error) {
	world := resolved.World
	index, err := resolved.Index()
	if err != nil {
		return nil, texts.NotResolved(world.Namespace, world.Name, err)
	}
	o := &Organization{
		Namespace: world.Namespace, Name: world.Name, Environment: world, Resolution: resolved.Resolution, Members: resolved.Members,
		Document: resolved.Resolution.Document, Index: index, Objects: objects,
		Chains: resolved.Chains,
	}
	if before != nil && before.Resolution == o.Resolution {
		o.Texts, o.derived = before.Texts, before.derived
	} else {
		o.Texts, o.derived = matrix.TextsOf(objects, world.Namespace, world.Name, world.Organization.Catalog), &derived{}
	}
	return o, nil
}

// objects yields the objects of some kinds that an organization consists of, and those that the platform shares with it.
func (o *Organization) objects(kinds map[string]bool) iter.Seq[model.Ref] {
	return func(yield func(model.Ref) bool) {
		for _, refs := range []iter.Seq[model.Ref]{
			func(yield func(model.Ref) bool) { yield(o.Environment.Organization.Ref) }, o.memberRefs(kinds), o.sharedRefs(),
		} {
			for ref := range refs {
				if kinds[ref.Kind] && !yield(ref) {
					return
				}
			}
		}
	}
}

// sharedRefs yields the objects that the platform shares with the organization.
func (o *Organization) sharedRefs() iter.Seq[model.Ref] {
	return func(yield func(model.Ref) bool) {
		if catalog := o.Environment.Catalog; catalog != nil && !yield(catalog.Ref) {
			return
		}
		_ = each(o.Environment.PlatformRoles, func(r *model.Role) model.Ref { return r.Ref }, yield) &&
			each(o.Environment.PlatformAssignments, func(a *model.PlatformAssignment) model.Ref { return a.Ref }, yield)
	}
}

// memberRefs yields the objects that refer to the organization, without requests; assignments only if their kind is among some.
func (o *Organization) memberRefs(kinds map[string]bool) iter.Seq[model.Ref] {
	return func(yield func(model.Ref) bool) {
		var assignments []*v1alpha1.UserAssignment
		if kinds[model.KindAssignment] {
			assignments = o.Members.Assignments
		}
		_ = each(o.Environment.Structures, func(s *model.Structure) model.Ref { return s.Ref }, yield) &&
			each(o.Environment.Roles, func(r *model.Role) model.Ref { return r.Ref }, yield) &&
			each(assignments, func(a **v1alpha1.UserAssignment) model.Ref {
				return model.Ref{Kind: model.KindAssignment, Namespace: (*a).Namespace, Name: (*a).Name}
			}, yield) &&
			each(o.Environment.Groups, func(g *model.Group) model.Ref { return g.Ref }, yield) &&
			each(o.Environment.Chains, func(c *model.Chain) model.Ref { return c.Ref }, yield)
	}
}

// MemberRefs yields the objects that refer to the organization, without requests.
func (o *Organization) MemberRefs() iter.Seq[model.Ref] {
	return o.memberRefs(map[string]bool{model.KindAssignment: true})
}

func each[T any](list []T, ref func(*T) model.Ref, yield func(model.Ref) bool) (goOn bool) {
	for i := range list {
		if !yield(ref(&list[i])) {
			return false
		}
	}
	return true
}

// Organization returns an organization of the state, nil if there is none of that name.
func (s *State) Organization(namespace, name string) *Organization {
	for _, o := range s.Organizations {
		if o.Namespace == namespace && o.Name == name {
			return o
		}
	}
	return nil
}
