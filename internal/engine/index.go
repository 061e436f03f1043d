// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"fmt"
	"time"

	"github.com/rolewright/rolewright/internal/engine/condition"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Index is a Document compiled for decisions. It never changes and may be used by any number of goroutines.
type Index struct {
	tables

	// searching is what searches look through, made of the tables. An index that follows another makes its own.
	searching searching
}

// tables are what a Document is compiled to. An index that follows another takes over those that did not change.
//
// Everything that a decision compares is a number: users, permissions and units are looked up once by name, a unit covers
// the numbers of what lies below it, and a role with the entitlements of a grant, a capability, is a row of a table that
// has a column for each permission.
type tables struct {
	now func() time.Time
	// revision is that of the publication that the document came in, if it came in one.
	revision int64
	// closed, when not empty, says why the index is none of any document and says no to everything.
	closed string

	permissions map[string]permission
	units       map[string]uint32
	users       map[string]user

	// guards and unitTable hold what is known of permissions and units, by number.
	guards    []guard
	unitTable []indexedUnit
	// held says, capability by capability, of each permission how it is held.
	held []hold

	kinds        kinds
	dimensions   []dimension
	scopes       []scope
	windows      []window
	capabilities []capability
	conditions   []namedCondition
	// grants are found by the range that a user has of them. Some may be nobody's any more.
	grants []grant

	// features, roles and qualifiers are what explanations look up by name.
	features   map[string]struct{}
	roles      map[string]document.Role
	qualifiers map[string]uint32

	// groups and chains are the document's.
	groups map[string]document.Group
	chains map[string]document.Chain
}

// Option changes how an Index decides.
type Option func(*Index)

// WithClock makes an Index read the time from a clock instead of the machine's.
func WithClock(now func() time.Time) Option {
	return func(x *Index) { x.now = now }
}

// permission is the number of a permission.
type permission struct {
	number uint32
	// guarded tells whether anything but grants decides about it.
	guarded bool
}

// guard is what decides about a permission besides grants.
type guard struct {
	// invariants are numbers of conditions.
	invariants []uint32
	refused    string
	// feature is what a giving override needs.
	feature string
}

// user is what a user holds. Most have grants alone, and no extra.
type user struct {
	// grants from..until of the index are the user's.
	from, until uint32
	extra       *extra
}

// extra is what only some users have.
type extra struct {
	suspended  bool
	attributes attributes
	// manager is an id, perhaps of somebody whom the directory does not know.
	manager   string
	overrides []override
}

// grant is a role with entitlements in a scope, during a window. Window 0 is always open.
type grant struct {
	capability, scope, window uint32
	source                    string
}

// override gives or takes one permission in a scope, during a window.
type override struct {
	permission, scope, window uint32
	revoke                    bool
	// missing is a feature without which a giving override counts for nothing, empty when the organization has all.
	missing string
	source  string
}

// namedCondition is a qualifier or an invariant. Its program is nil when it does not compile, and err says why.
type namedCondition struct {
	name, description, expression string

	program *condition.Program
	err     error
}

// NewIndex compiles a document. It fails when the document has another schema, or more than MaxDimensions dimensions.
// Whatever in it cannot be understood grants nothing.
func NewIndex(doc *document.Document, options ...Option) (*Index, error) {
	if err := indexable(doc); err != nil {
		return nil, err
	}
	x := &Index{}
	x.now = time.Now
	for _, option := range options {
		option(x)
	}
	newCompiler(x, doc).compile()
	return x, nil
}

// indexable tells why no index can be made of a document.
func indexable(doc *document.Document) error {
	if doc.Schema != document.SchemaV1 {
		return fmt.Errorf("the document's schema is %q; this index knows %q", doc.Schema, document.SchemaV1)
	}
	if len(doc.Dimensions) > MaxDimensions {
		return fmt.Errorf("the document has %d dimensions; an index takes at most %d", len(doc.Dimensions), MaxDimensions)
	}
	return nil
}

// Unavailable returns an index that says no to everything, and why.
func Unavailable(why string) *Index { return &Index{tables: tables{now: time.Now, closed: why}} }

// Revision is that of the publication that a Source made the index of, and 0 for an index that NewIndex made.
func (x *Index) Revision() int64 { return x.revision }
