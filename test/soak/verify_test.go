// SPDX-License-Identifier: Apache-2.0

package soak_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/internal/status"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// stored is all that a cluster holds of one organization at one moment.
type stored struct {
	key        types.NamespacedName
	members    *intake.Members
	configMaps []corev1.ConfigMap
	// decided names the requests of which every step was approved.
	decided map[string]bool
	now     time.Time
}

// seen is what a reader has.
type seen struct {
	reader   string
	revision int64
	digest   string
	answers  []bool
	err      error
}

// verify returns what is not as it should be once nothing changes any more.
func verify(s *stored, questions []question, readers []seen) error {
	publication, published, err := s.published()
	if err != nil {
		return err
	}
	fresh := snapshot.Build(s.key, s.members)
	if fresh.Resolution.Document == nil {
		return fmt.Errorf("%s: there is nothing to publish", s.key)
	}
	want, err := publish.Text(fresh.Resolution.Document)
	if err != nil {
		return err
	}
	got, err := publish.Text(published)
	if err != nil {
		return err
	}
	if !bytes.Equal(got, want) {
		return fmt.Errorf("%s: revision %d is not what the stored objects resolve to: %s", s.key, publication.Revision, firstDifference(got, want))
	}
	index, err := engine.NewIndex(fresh.Resolution.Document)
	if err != nil {
		return err
	}
	answers := ask(index, questions)
	for _, r := range readers {
		switch {
		case r.err != nil:
			return fmt.Errorf("%s: %s: %w", s.key, r.reader, r.err)
		case r.revision != publication.Revision || (r.digest != "" && r.digest != publication.Digest()):
			return fmt.Errorf("%s: %s has revision %d, not %d", s.key, r.reader, r.revision, publication.Revision)
		}
		for i := range answers {
			if r.answers[i] != answers[i] {
				return fmt.Errorf("%s: %s answers %v to %q", s.key, r.reader, r.answers[i], questions[i].name)
			}
		}
	}
	if err := s.statuses(fresh, publication); err != nil {
		return err
	}
	return s.leftover(publication)
}

// firstDifference shows the first line that differs.
func firstDifference(got, want []byte) string {
	a, b := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("line %d is\n%s\nnot\n%s", i+1, a[i], b[i])
		}
	}
	return fmt.Sprintf("it has %d lines, not %d", len(a), len(b))
}

// published reads what is published, as a reader does.
func (s *stored) published() (*document.Publication, *document.Document, error) {
	all := map[string]map[string]string{}
	for i := range s.configMaps {
		all[s.configMaps[i].Name] = s.configMaps[i].Data
	}
	index := s.key.Name + document.ConfigMapSuffix
	publication, err := document.ParsePublication([]byte(all[index][document.PublicationKey]))
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", s.key, err)
	}
	assembled, err := publication.Assemble(func(part document.Part) ([]byte, error) {
		name := part.ConfigMap
		if name == "" {
			name = index
		}
		text, found := all[name][part.Name]
		if !found {
			return nil, fmt.Errorf("ConfigMap %s has no %s", name, part.Name)
		}
		return []byte(text), nil
	})
	return publication, assembled, err
}

// leftoverError is about what is removed after a grace period, when everything else is right.
type leftoverError struct{ message string }

// Error implements error.
func (e *leftoverError) Error() string { return e.message }

// leftover finds shards that the index does not name.
func (s *stored) leftover(publication *document.Publication) error {
	for i := range s.configMaps {
		name := s.configMaps[i].Name
		isNamed := slices.ContainsFunc(publication.Parts, func(part document.Part) bool { return part.ConfigMap == name })
		if strings.HasPrefix(name, s.key.Name+document.ConfigMapSuffix+"-") && !isNamed {
			return &leftoverError{fmt.Sprintf("%s: shard %s is left, which revision %d does not name", s.key, name, publication.Revision)}
		}
	}
	return nil
}

// statuses finds those that are not what they should be.
func (s *stored) statuses(fresh *snapshot.Snapshot, publication *document.Publication) error {
	organization := s.members.Organization
	named := organization.Status.Publication
	if named == nil || named.Revision != publication.Revision || named.Digest != publication.Digest() {
		return fmt.Errorf("%s: the status names publication %+v, not revision %d", s.key, named, publication.Revision)
	}
	view := status.NewView(fresh, &status.Outcome{Publication: named, Last: named}, s.now)
	differs := func(kind, name string, got, want any) error {
		if equality.Semantic.DeepEqual(got, want) {
			return nil
		}
		return fmt.Errorf("%s: the status of %s %s is\n%+v\nnot\n%+v", s.key, kind, name, got, want)
	}
	failures := []error{differs("Organization", organization.Name, organization.Status, view.Organization(organization))}
	for i := range s.members.Structures {
		o := &s.members.Structures[i]
		failures = append(failures, differs("OrganizationStructure", o.Name, o.Status, view.Structure(o)))
	}
	for i := range s.members.Roles {
		o := &s.members.Roles[i]
		failures = append(failures, differs("Role", o.Name, o.Status, view.Role(o)))
	}
	for i := range s.members.Groups {
		o := &s.members.Groups[i]
		failures = append(failures, differs("UserGroup", o.Name, o.Status, view.Group(o)))
	}
	for i := range s.members.Chains {
		o := &s.members.Chains[i]
		failures = append(failures, differs("ApprovalChain", o.Name, o.Status, view.Chain(o)))
	}
	for _, o := range s.members.Assignments {
		failures = append(failures, differs("UserAssignment", o.Name, o.Status, view.Assignment(o)))
	}
	for i := range s.members.Requests {
		o := &s.members.Requests[i]
		if state := o.Status.State; (state != v1alpha1.RequestPending && state != v1alpha1.RequestApproved) ||
			s.decided[o.Name] != (state == v1alpha1.RequestApproved) {
			failures = append(failures, fmt.Errorf("%s: request %s is %q; decided on: %v", s.key, o.Name, state, s.decided[o.Name]))
		}
	}
	for _, err := range failures {
		if err != nil {
			return err
		}
	}
	return nil
}
