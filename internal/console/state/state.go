// SPDX-License-Identifier: Apache-2.0

package state

import (
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/engine"
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
	// Baseline is an earlier state that this one can be compared with; nil if there is none.
	Baseline *State
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

// New returns the state of an input. It fails if an index cannot be made of a document.
func New(input *validation.Input, version string, now time.Time) (*State, error) {
	resolved := input.Resolve()
	s := &State{Version: version, ReadTime: now, Objects: &input.Objects, Decisions: input.Decisions, Findings: resolved.Report(now).Findings}
	byObject := map[model.Ref][]validation.Finding{}
	for i := range s.Findings {
		byObject[s.Findings[i].Object] = append(byObject[s.Findings[i].Object], s.Findings[i])
	}
	members := intake.ByOrganization(s.Objects)
	for i := range resolved.Organizations {
		world := &resolved.Organizations[i].World
		if world.Organization == nil {
			continue
		}
		world.Assignments = nil
		o := &Organization{
			Namespace: world.Namespace, Name: world.Name, Environment: world, Resolution: resolved.Organizations[i].Resolution,
			Members: members[types.NamespacedName{Namespace: world.Namespace, Name: world.Name}],
			Texts:   matrix.TextsOf(s.Objects, world.Namespace, world.Name, world.Organization.Catalog),
			Objects: s.Objects,
		}
		for _, ref := range o.objects() {
			o.Findings = append(o.Findings, byObject[ref]...)
		}
		if o.Document = o.Resolution.Document; o.Document != nil {
			var err error
			if o.Index, err = engine.NewIndex(o.Document); err != nil {
				return nil, fmt.Errorf("organization %s/%s: %w", o.Namespace, o.Name, err)
			}
		}
		s.Organizations = append(s.Organizations, o)
	}
	return s, nil
}

// objects returns the objects of an organization and those that the platform shares with it.
func (o *Organization) objects() []model.Ref {
	refs := append([]model.Ref{o.Environment.Organization.Ref}, o.MemberRefs()...)
	if o.Environment.Catalog != nil {
		refs = append(refs, o.Environment.Catalog.Ref)
	}
	for i := range o.Environment.PlatformRoles {
		refs = append(refs, o.Environment.PlatformRoles[i].Ref)
	}
	for i := range o.Environment.PlatformAssignments {
		refs = append(refs, o.Environment.PlatformAssignments[i].Ref)
	}
	return refs
}

// MemberRefs returns the objects that refer to the organization, without requests.
func (o *Organization) MemberRefs() []model.Ref {
	refs := make([]model.Ref, 0, len(o.Members.Assignments))
	for i := range o.Environment.Structures {
		refs = append(refs, o.Environment.Structures[i].Ref)
	}
	for i := range o.Environment.Roles {
		refs = append(refs, o.Environment.Roles[i].Ref)
	}
	for _, assignment := range o.Members.Assignments {
		refs = append(refs, model.Ref{Kind: model.KindAssignment, Namespace: assignment.Namespace, Name: assignment.Name})
	}
	for i := range o.Environment.Groups {
		refs = append(refs, o.Environment.Groups[i].Ref)
	}
	for i := range o.Environment.Chains {
		refs = append(refs, o.Environment.Chains[i].Ref)
	}
	return refs
}

// Organization returns an organization of the state, nil if there is none of that name.
func (s *State) Organization(namespace, name string) *Organization {
	o := s.find(namespace, name)
	if o != nil {
		o.resolve()
	}
	return o
}

func (s *State) find(namespace, name string) *Organization {
	for _, o := range s.Organizations {
		if o.Namespace == namespace && o.Name == name {
			return o
		}
	}
	return nil
}
