// SPDX-License-Identifier: Apache-2.0

package compiled

import (
	"fmt"
	"time"

	"github.com/rolewright/rolewright/internal/engine/names"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Index is a document compiled to tables. It never changes and may be used by any number of goroutines.
//
// Everything that a decision compares is a number: users, permissions and units are looked up once by name, a unit covers
// the numbers of what lies below it, and a role with the entitlements of a grant, an effective role, is a row of a table that
// has a column for each permission. An index that follows another shares the tables that did not change.
type Index struct {
	Now func() time.Time
	// revision is that of the publication that the document came in, if it came in one.
	SourceRevision int64
	// closed, when not empty, says why the index is none of any document and says no to everything.
	UnavailableBecause string

	Permissions names.Table[Permission]
	Units       names.Table[uint32]
	Users       names.Table[Holder]

	// restrictions and unitTable hold what is known of permissions and units, by number.
	Restrictions []Restriction
	UnitTable    []Unit
	// held says, permission by effective role, how it is held; ways has the alternatives of those that are held with qualifiers.
	held []Held
	ways []way
	// areas are what scopes cover of the units, by number of the scope: all that most decisions ask of it.
	areas []area

	Types          Types
	Dimensions     []Dimension
	Scopes         []Scope
	Windows        []Window
	EffectiveRoles []EffectiveRole
	Conditions     []Condition
	// Grants are found by the range that a user has of them. Some may be nobody's any more. Sources says where each is written.
	Grants  []Grant
	Sources []string
	// Details are those of users who have some. Some may be nobody's any more.
	Details []*Detail

	// SubjectTypeNames are the words by which requests call users, and firstSubjectType is the first of them.
	SubjectTypeNames []string
	firstSubjectType string

	// features, roles and qualifiers are what explanations look up by name.
	Features   map[string]struct{}
	Roles      map[string]document.Role
	Qualifiers map[string]uint32

	// groups, unit groups and chains are the document's.
	UnitGroups map[string][]string
	Groups     map[string]document.Group
	Chains     map[string]document.Chain
	// Core is the document without its users. Administration rules are read from it.
	Core *document.Document
	// HomeUnits are names of units, by the numbers that users have of theirs.
	HomeUnits []string

	derived *derived
}

// Option changes how an Index decides.
type Option func(*Index)

// WithClock makes an Index read the time from a clock instead of the machine's.
func WithClock(now func() time.Time) Option {
	return func(x *Index) { x.Now = now }
}

// Permission is the number of a permission.
type Permission struct {
	Number uint32
	// Restricted reports whether anything but grants decides about it.
	Restricted bool
	// Typed is set if it is about resources of some types only.
	Typed bool
}

// Restriction is what decides about a permission besides grants.
type Restriction struct {
	// prohibitions are numbers of conditions.
	Prohibitions []uint32
	Refused      string
	// ResourceTypes are the types of the resources that it is about; none stands for all.
	ResourceTypes []string
	// features are those that a giving override needs, and constrainedBy names the constraints that may withhold one.
	features, constrainedBy []string
}

// Holder is what a user holds, as small as it can be: most have grants alone, and perhaps a home unit.
type Holder struct {
	// Grants From..Until of the index are the user's.
	From, Until uint32
	// rest is the number of the home unit, or, beyond hasDetail, that of a detail.
	rest uint32
}

// hasDetail marks holders who have a detail.
const hasDetail = 1 << 31

// HasDetail reports whether anything but grants decides about the holder.
func (h Holder) HasDetail() bool { return h.rest&hasDetail != 0 }

// User is what is known of a user.
type User struct {
	// Grants From..Until of the index are the user's.
	From, Until uint32
	// HomeUnit is a number of HomeUnits, NoHomeUnit or UnknownHomeUnit.
	HomeUnit uint32
	// Detail is nil if the user has grants alone.
	Detail *Detail
}

// User returns a user by id, without anything if there is none.
func (x *Index) User(id string) User {
	user, _ := x.FindUser(id)
	return user
}

// FindUser returns a user by id. The second result is false if there is none.
func (x *Index) FindUser(id string) (user User, known bool) {
	holder, known := x.Users.Get(id)
	return x.UserOf(holder), known
}

// UserOf returns what is known of a holder.
func (x *Index) UserOf(h Holder) User {
	u := User{From: h.From, Until: h.Until, HomeUnit: h.rest}
	if h.HasDetail() {
		u.Detail = x.Details[h.rest&^hasDetail]
		u.HomeUnit = u.Detail.homeUnit
	}
	return u
}

// What a user has in place of a home unit.
const (
	NoHomeUnit = iota
	UnknownHomeUnit
)

// Detail is what only some users have.
type Detail struct {
	Suspended  bool
	Attributes Attributes
	// manager is an id, perhaps one that the directory does not know.
	manager   string
	homeUnit  uint32
	Overrides []Override
	// written are the overrides as the document has them.
	written []document.Override
	// Flaws are the document's.
	Flaws map[string]document.Flaw
}

// Grant is a role with entitlements in a scope, during a window. Window 0 is always open.
type Grant struct{ EffectiveRole, Scope, Window uint32 }

// Override gives or takes one permission in a scope, during a window.
type Override struct {
	Permission, Scope, Window uint32
	Deny                      bool
	// Missing are the features that the organization lacks and without which a giving override counts for nothing.
	Missing []string
	Source  string
}

// New compiles a document. It fails if the document has another schema, or more than MaxDimensions dimensions.
// Whatever in it cannot be understood grants nothing.
func New(doc *document.Document, options ...Option) (*Index, error) {
	if err := Indexable(doc); err != nil {
		return nil, err
	}
	settings := &Index{Now: time.Now}
	for _, option := range options {
		option(settings)
	}
	return NewCompiler(doc, settings.Now).Compile(), nil
}

// Indexable returns why no index can be made of a document, nil if one can.
func Indexable(doc *document.Document) error {
	if !document.KnownSchema(doc.Schema) {
		return fmt.Errorf("the document's schema is %q; this index knows %q and %q", doc.Schema, document.Schema, document.TypedSchema)
	}
	if len(doc.Dimensions) > MaxDimensions {
		return fmt.Errorf("the document has %d dimensions; an index takes at most %d", len(doc.Dimensions), MaxDimensions)
	}
	return nil
}

// Unavailable returns an index that says no to everything, and why.
func Unavailable(why string) *Index {
	return &Index{Now: time.Now, UnavailableBecause: why, derived: &derived{}}
}

// Revision is that of the publication that a Source made the index of, and 0 for an index that NewIndex made.
func (x *Index) Revision() int64 { return x.SourceRevision }

// Next returns an index with the same tables. Its owner may replace tables, and add to those that are only added to, before
// anybody else has it.
func (x *Index) Next() *Index {
	next := *x
	next.derived = &derived{}
	return &next
}

// IsSuspended reports whether the user is suspended, and so holds nothing.
func (u User) IsSuspended() bool { return u.Detail != nil && u.Detail.Suspended }
