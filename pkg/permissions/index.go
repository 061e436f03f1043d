// SPDX-License-Identifier: Apache-2.0

package permissions

import (
	"iter"
	"time"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Index is a document compiled for decisions. It never changes and may be used by any number of goroutines.
type Index engine.Index

// engine returns the same index with all that it can do.
func (x *Index) engine() *engine.Index { return (*engine.Index)(x) }

// NewIndex compiles a document. It fails if the document has another schema, or more than eight dimensions. Whatever in it
// cannot be understood grants nothing.
func NewIndex(doc *document.Document, options ...Option) (*Index, error) {
	settings := make([]engine.Option, 0, len(options))
	for _, option := range options {
		settings = append(settings, engine.WithClock(option.clock()))
	}
	x, err := engine.NewIndex(doc, settings...)
	return (*Index)(x), err
}

// Option changes how an Index or a Source works.
type Option interface {
	SourceOption
	clock() func() time.Time
}

// WithClock makes an index, or a source and the indexes that it makes, read the time from a clock instead of the machine's.
func WithClock(now func() time.Time) Option { return clockOption(now) }

// clockOption is a clock.
type clockOption func() time.Time

func (o clockOption) clock() func() time.Time { return o }

func (o clockOption) apply(s *Source) { s.clock = o }

// Revision returns the revision of the publication that a Source made the index of, and 0 for an index that NewIndex made.
func (x *Index) Revision() int64 { return x.engine().Revision() }

// Check decides whether the subject of a request may do its action on its resource.
func (x *Index) Check(r *Request) bool { return x.engine().Check(r) }

// Explain decides as Check does, and says why: which grant, which role, inherited through what, which condition was false
// or could not be evaluated, and for a no what would make it a yes.
func (x *Index) Explain(r *Request) Explanation { return x.engine().Explain(r) }

// WhoCan lists the ids of the users who may do the action of a request on its resource, sorted bytewise and greater than
// after: "" starts from the first. The request's subject id is ignored; all else counts as in Check, at one moment for the
// whole search.
//
// The first search makes lists of who holds what, which takes less than compiling the index did. From then on, a search
// looks at those users alone who hold the permission there, under whatever condition, and stops when the caller does.
func (x *Index) WhoCan(r *Request, after string) iter.Seq[string] { return x.engine().WhoCan(r, after) }

// CountUnmet counts the users who hold the permission of a request for its resource, and may not because of conditions: of
// qualifiers or prohibitions that are not met, or that cannot be evaluated. WhoCan does not list them. It asks everyone who holds
// the permission there.
func (x *Index) CountUnmet(r *Request) Unmet { return x.engine().CountUnmet(r) }

// WhatCan lists the permissions that the subject of a request has on its resource, sorted bytewise and greater than
// after: "" starts from the first. The request's action name is ignored; all else counts as in Check, at one moment for
// the whole search.
func (x *Index) WhatCan(r *Request, after string) iter.Seq[string] {
	return x.engine().WhatCan(r, after)
}

// ResourcesCan lists the ids of the resources on which the subject of a request may do its action, of the type that the request's
// resource has, sorted bytewise and greater than after: "" starts from the first. If the type is the kind of a unit, these are
// units; if users are called so, users; the organization knows no others. Each has the properties as they are sent, which the
// directory completes. The request's resource id is ignored; all else counts as in Check, at one moment for the whole search.
func (x *Index) ResourcesCan(r *Request, after string) iter.Seq[string] {
	return x.engine().ResourcesCan(r, after)
}

// Where lists the units in which the subject of a request has its permission on resources of its resource's type, sorted
// by name, for the query of a list: an element for each unit, however large the part of the tree is that a grant covers.
//
// Of the resource only its type and its values of dimensions count. All that does not depend on more of it is decided. What
// is left to be met is in the Place; Qualifier and Prohibition return what it says. Resources of a type that is the kind of a
// unit are the units of that kind, each in the Place of its name, and users are in that of their home unit.
func (x *Index) Where(r *Request) []Place { return x.engine().Where(r) }

// Qualifier returns a qualifier as it is published, for those who turn what Where leaves into a query. The second result
// is false if there is none of that name.
func (x *Index) Qualifier(name string) (document.Condition, bool) { return x.engine().Qualifier(name) }

// Prohibition returns a prohibition as it is published, as Qualifier does a qualifier.
func (x *Index) Prohibition(name string) (document.Condition, bool) {
	return x.engine().Prohibition(name)
}

// SubjectTypes returns the words by which requests call users in Subject.Type: those of the catalog, or SubjectTypeUser alone. The
// caller must not change them.
func (x *Index) SubjectTypes() []string { return x.engine().SubjectTypes() }

// Unit returns a unit as it is published. The second result is false if the organization has no unit of that name.
func (x *Index) Unit(name string) (document.Unit, bool) { return x.engine().Unit(name) }

// IsManager reports whether user a is the manager of user b, as the directory has it. Nobody is their own manager.
func (x *Index) IsManager(a, b string) bool { return x.engine().IsManager(a, b) }

// IsAbove reports whether user a stands in the line of managers above user b, at any distance. The line leads through
// suspended users, ends at a manager whom the directory does not know or who came before, and never contains b.
func (x *Index) IsAbove(a, b string) bool { return x.engine().IsAbove(a, b) }

// What an application asks and is answered, which package access holds.
type (
	// Request asks whether a subject may do an action on a resource.
	Request = access.Request
	// Subject is who asks.
	Subject = access.Subject
	// Action is what is to be done; its name is a permission's.
	Action = access.Action
	// Resource is what it is to be done to.
	Resource = access.Resource
	// Explanation is a decision with all that led to it.
	Explanation = access.Explanation
	// Reason is the code of what decided a request.
	Reason = access.Reason
	// Unmet counts those who hold a permission and may not use it because of conditions.
	Unmet = access.Unmet
	// Place is a unit in which a user has a permission on resources, and what a resource there must meet.
	Place = access.Place
)

const (
	// SubjectTypeUser is the type of subjects that hold permissions, where the catalog names no other.
	SubjectTypeUser = access.SubjectTypeUser
	// PropertyUnit is the property of a resource that names the unit it lies in.
	PropertyUnit = access.PropertyUnit
)
