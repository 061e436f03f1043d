// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"iter"
	"time"

	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/internal/engine/decide"
	"github.com/rolewright/rolewright/internal/engine/explain"
	"github.com/rolewright/rolewright/internal/engine/search"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Index is a document compiled for decisions. It never changes and may be used by any number of goroutines.
type Index compiled.Index

// tables returns what the index is compiled to.
func (x *Index) tables() *compiled.Index { return (*compiled.Index)(x) }

// Option changes how an Index decides.
type Option = compiled.Option

// WithClock makes an Index read the time from a clock instead of the machine's.
func WithClock(now func() time.Time) Option { return compiled.WithClock(now) }

// NewIndex compiles a document. It fails if the document has another schema, or too many dimensions. Whatever in it cannot
// be understood grants nothing.
func NewIndex(doc *document.Document, options ...Option) (*Index, error) {
	x, err := compiled.New(doc, options...)
	return (*Index)(x), err
}

// At returns an index that answers as this one does, but for a moment.
func (x *Index) At(moment time.Time) *Index {
	at := *x.tables()
	at.Now = func() time.Time { return moment }
	return (*Index)(&at)
}

// Unavailable returns an index that says no to everything, and why.
func Unavailable(why string) *Index { return (*Index)(compiled.Unavailable(why)) }

// Revision returns the revision of the publication that the index was made of, and 0 for an index that NewIndex made.
func (x *Index) Revision() int64 { return x.tables().Revision() }

// Check decides whether the subject of a request may do its action on its resource.
func (x *Index) Check(r *access.Request) bool { return decide.Check(x.tables(), r) }

// Validity decides as Check does, and finds until when the answer holds.
func (x *Index) Validity(r *access.Request) access.Validity {
	return decide.FindValidity(x.tables(), r)
}

// Explain decides as Check does, and says why.
func (x *Index) Explain(r *access.Request) access.Explanation {
	return explain.Explain(x.tables(), r, nil)
}

// Judge decides about advice that takes a change of what is resolved, which constraints may withhold.
type Judge = explain.Judge

// Reason decides as Check does, and returns the reason that Explain has, for less.
func (x *Index) Reason(r *access.Request) (allowed bool, reason access.Reason) {
	return explain.Reason(x.tables(), r)
}

// ExplainJudged explains as Explain does, and advises what a judge lets pass.
func (x *Index) ExplainJudged(r *access.Request, judge Judge) access.Explanation {
	return explain.Explain(x.tables(), r, judge)
}

// WhoCan lists the users who may do the action of a request on its resource, with ids greater than after.
func (x *Index) WhoCan(r *access.Request, after string) iter.Seq[string] {
	return search.WhoCan(x.tables(), r, after)
}

// CountUnmet counts the users who hold the permission of a request for its resource, and may not because of conditions.
func (x *Index) CountUnmet(r *access.Request) access.Unmet { return search.CountUnmet(x.tables(), r) }

// WhatCan lists the permissions that the subject of a request has on its resource, with names greater than after.
func (x *Index) WhatCan(r *access.Request, after string) iter.Seq[string] {
	return search.WhatCan(x.tables(), r, after)
}

// ResourcesCan lists the units, or the users, on which the subject of a request may do its action, with ids greater than after.
func (x *Index) ResourcesCan(r *access.Request, after string) iter.Seq[string] {
	return search.ResourcesCan(x.tables(), r, after)
}

// Where lists the units in which the subject of a request has its permission, and what a resource there must meet.
func (x *Index) Where(r *access.Request) []access.Place { return search.Where(x.tables(), r) }

// Qualifier returns a qualifier as it is published. The second result is false if there is none of that name.
func (x *Index) Qualifier(name string) (document.Condition, bool) { return x.tables().Qualifier(name) }

// IsTrueOfUser reports whether a qualifier is true of a user, as it is asked by another one with the user as the resource.
func (x *Index) IsTrueOfUser(qualifier, subject, user string) bool {
	return decide.IsTrueOfUser(x.tables(), x.tables(), qualifier, subject, user, x.tables().Now())
}

// Prohibition returns a prohibition as it is published. The second result is false if there is none of that name.
func (x *Index) Prohibition(name string) (document.Condition, bool) {
	return x.tables().Prohibition(name)
}

// SubjectTypes returns the words by which requests call users. The first of them is used where no request says one.
func (x *Index) SubjectTypes() []string { return x.tables().SubjectTypeNames }

// SubjectType returns how users are called where no request says it.
func (x *Index) SubjectType() string { return x.tables().SubjectType() }

// IsSubjectType reports whether requests call users so.
func (x *Index) IsSubjectType(word string) bool { return x.tables().IsSubjectType(word) }

// IsUnitKind reports whether a resource type is the kind of a unit.
func (x *Index) IsUnitKind(word string) bool { return x.tables().Types.Of(word) == compiled.OfUnits }

// UserAttributes returns what the directory knows of a user; nothing if there is none of that id.
func (x *Index) UserAttributes(id string) map[string]any {
	if detail := x.tables().User(id).Detail; detail != nil {
		return detail.Attributes.Known
	}
	return nil
}

// Unit returns a unit as it is published. The second result is false if there is none of that name.
func (x *Index) Unit(name string) (document.Unit, bool) { return x.tables().Unit(name) }

// Chain returns an approval chain as it is published. The second result is false if there is none of that name.
func (x *Index) Chain(name string) (document.Chain, bool) { return x.tables().Chain(name) }

// IsManager reports whether user a is the manager of user b.
func (x *Index) IsManager(a, b string) bool { return x.tables().IsManager(a, b) }

// IsAbove reports whether user a stands in the line of managers above user b, at any distance.
func (x *Index) IsAbove(a, b string) bool { return x.tables().IsAbove(a, b) }
