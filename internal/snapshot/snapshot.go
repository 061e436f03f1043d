// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Key identifies an organization, whether or not the object exists.
type Key = types.NamespacedName

// Snapshot is what one organization resolved to at one moment. It does not change once it is in the store.
type Snapshot struct {
	Key Key
	// Organization is the object as it was resolved, nil when it was missing.
	Organization *v1alpha1.Organization
	Resolution   *resolve.Resolution
	// AssignmentsVersion says when the assignments were read.
	AssignmentsVersion int64
	// Permissions are the catalog's, in the order in which people read them.
	Permissions []string
	// Chains are the approval chains that were resolved, by name.
	Chains map[string]*v1alpha1.ApprovalChain
	// Encoded is the document in the form in which it is published. It is nil when there is no document, and when
	// EncodeError says why it cannot be published.
	Encoded     *publish.Encoded
	EncodeError error

	// Since is the oldest change that this snapshot is the first to contain; zero if nothing changed.
	Since time.Time
	// Shared is set if nothing of the organization's own has changed, but only what many organizations share.
	Shared bool
	// ObservedVersion is the version of the published ConfigMap that this process had observed, of another process, when the
	// resolution started; empty if there was none.
	ObservedVersion string

	input *intake.Input
	// generations of the objects that were resolved, assignments aside, by UID.
	generations    map[types.UID]int64
	latestFindings latestFindings
	// index is compiled when it is first asked for.
	index indexOnce
}

func newSnapshot(key Key, objects *intake.Members, input *intake.Input, resolution *resolve.Resolution) *Snapshot {
	s := &Snapshot{
		Key:          key,
		Organization: objects.Organization,
		Resolution:   resolution, AssignmentsVersion: objects.AssignmentsVersion,
		Chains:      make(map[string]*v1alpha1.ApprovalChain, len(objects.Chains)),
		input:       input,
		generations: make(map[types.UID]int64, 1+len(objects.Structures)+len(objects.Roles)+len(objects.Groups)),
	}
	if catalog := input.World.Catalog; catalog != nil {
		for i := range catalog.Permissions {
			s.Permissions = append(s.Permissions, catalog.Permissions[i].Name)
		}
	}
	s.remember(objects)
	return s
}

func (s *Snapshot) remember(objects *intake.Members) {
	if objects.Organization != nil {
		s.generations[objects.Organization.UID] = objects.Organization.Generation
	}
	if objects.Catalog != nil {
		s.generations[objects.Catalog.UID] = objects.Catalog.Generation
	}
	for i := range objects.PlatformAssignments {
		s.generations[objects.PlatformAssignments[i].UID] = objects.PlatformAssignments[i].Generation
	}
	for i := range objects.Structures {
		s.generations[objects.Structures[i].UID] = objects.Structures[i].Generation
	}
	for i := range objects.Roles {
		s.generations[objects.Roles[i].UID] = objects.Roles[i].Generation
	}
	for i := range objects.Groups {
		s.generations[objects.Groups[i].UID] = objects.Groups[i].Generation
	}
	for i := range objects.Chains {
		s.generations[objects.Chains[i].UID] = objects.Chains[i].Generation
		s.Chains[objects.Chains[i].Name] = &objects.Chains[i]
	}
	for i := range objects.Requests {
		s.generations[objects.Requests[i].UID] = objects.Requests[i].Generation
	}
}

// catalog returns the name of the catalog that was resolved with, empty if there was none.
func (s *Snapshot) catalog() string {
	if s.Resolution.Document == nil {
		return ""
	}
	return s.Resolution.Document.Catalog
}

// Records returns the objects that make an id a user of the organization.
func (s *Snapshot) Records(user string) []model.UserRecord {
	return append(s.input.AssignmentRecords(user), s.Resolution.IndirectRecords(user)...)
}

// IsCurrentFor reports whether the snapshot was built from the object as it is now. It was not if the object was created, or
// its spec changed, later: a newer snapshot will be. Of requests, a snapshot contains only those that give a role.
func (s *Snapshot) IsCurrentFor(of metav1.Object) bool {
	if assignment, is := of.(*v1alpha1.UserAssignment); is {
		return s.input.IsCurrentFor(assignment)
	}
	generation, known := s.generations[of.GetUID()]
	return known && generation == of.GetGeneration()
}

// IsCurrent reports whether the snapshot was built from all objects as they are.
func (s *Snapshot) IsCurrent(objects *intake.Members) bool {
	_, difference := intake.Read(s.input, s.Key.Namespace, s.Key.Name, objects)
	return difference.IsEmpty()
}

// AssignmentCount returns how many assignments were resolved.
func (s *Snapshot) AssignmentCount() int { return s.input.AssignmentCount() }

// AssignmentsOf returns the names of the assignments of a user that were resolved.
func (s *Snapshot) AssignmentsOf(user string) []string { return s.input.AssignmentsOf(user) }

// Counts returns how much the document holds; nothing if there is none.
func (s *Snapshot) Counts() document.Counts {
	if s.Encoded != nil {
		return s.Encoded.Counts
	}
	if doc := s.Resolution.DocumentWith(model.Everything()); doc != nil {
		return doc.Counts()
	}
	return document.Counts{}
}

// Digest returns the digest of the document; it is empty if there is none that can be published.
func (s *Snapshot) Digest() string {
	if s.Encoded == nil {
		return ""
	}
	return s.Encoded.Digest
}
