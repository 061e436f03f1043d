// SPDX-License-Identifier: Apache-2.0

package change

import (
	"time"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Difference is what differs between two states of one organization.
type Difference struct {
	Namespace, Organization string
	// Effects are what users gain and lose, each with all users who have the same one.
	Effects []Effect
	// Moved are the requests that may be decided in another place, for every user.
	Moved []Moved
	// Types are those of subjects and resources about which requests are decided otherwise, for every user.
	Types []TypeChange
	// About are users about whom requests may be decided otherwise, for every subject: users are resources too.
	About []AboutUsers
	// Roles are those that hold or inherit something else.
	Roles []RoleChange
	// Violations, Coverage and Findings are what began and ended to be found: about constraints, about approvers of units, and else.
	Violations, Coverage, Findings FindingChanges
	// Chains are the approval chains that differ, and Approvers who would decide otherwise in steps that both states have.
	Chains    []ChainChange
	Approvers []ApproverChange
}

// IsEmpty reports whether nothing differs.
func (d *Difference) IsEmpty() bool {
	return len(d.Effects)+len(d.Moved)+len(d.Types)+len(d.About)+len(d.Roles)+len(d.Chains)+len(d.Approvers) == 0 &&
		d.Violations.IsEmpty() && d.Coverage.IsEmpty() && d.Findings.IsEmpty()
}

// Kind is what kind of change an effect is.
type Kind int

// Kinds, in the order in which people read them.
const (
	// Gained: what was not held is.
	Gained Kind = iota
	// Widened: it is held on a condition that asks for less. Nothing is lost.
	Widened
	// Altered: it is held on another condition, or on one that depends on facts that changed. It may be gained or lost.
	Altered
	// Narrowed: it is held on a condition that asks for more. Nothing is gained.
	Narrowed
	// Lost: what was held is not.
	Lost
)

// String returns the name of the kind.
func (k Kind) String() string {
	return [...]string{"Gained", "Widened", "Altered", "Narrowed", "Lost"}[k]
}

// Gains reports whether a user may gain by a change of the kind.
func (k Kind) Gains() bool { return k <= Altered }

// Loses reports whether a user may lose by a change of the kind.
func (k Kind) Loses() bool { return k >= Altered }

// Effect is one change of what some users may do.
type Effect struct {
	Kind Kind
	// Permissions, sorted.
	Permissions []string
	Where       Where
	// Before and After are the conditions on which the permissions are held; nil if they are not.
	Before, After *Condition
	// Because says what changed, so that the effect came.
	Because []Cause
	// Roles are keys in the document of the roles through which the permissions are held or, if they are lost, were; none if it is
	// an override.
	Roles []string
	// Users who have the effect, sorted.
	Users []AffectedUser
}

// AffectedUser is a user with an effect.
type AffectedUser struct {
	ID string
	// Sources are the grants and overrides by which the permissions are held or, if they are lost, were. Each is written as
	// Kind/name list[name].
	Sources []string
}

// Condition is on what condition something is held.
type Condition struct {
	// Alternatives are names of qualifiers, all of which must be true; one alternative suffices. Without any, there is no condition.
	Alternatives [][]string
	// Unless are names of prohibitions, none of which may be true.
	Unless []string
}

// Unconditional reports whether there is no condition.
func (c *Condition) Unconditional() bool { return len(c.Alternatives) == 0 && len(c.Unless) == 0 }

// Where is the part of an organization that an effect is about.
type Where struct {
	// Everywhere is every unit.
	Everywhere bool
	// Units are meant with all that lies below them.
	Units []string
	// Only are units without what lies below them.
	Only []string
	// Resources are units that are themselves what requests are about, if requests about what lies in them are not meant.
	Resources []Resource
	// NoUnit is set if requests are meant that name no unit. Only if the root changed, these are not those about the root.
	NoUnit bool
	// Values of dimensions; a dimension that is not named does not matter.
	Values []Values
	// Window during which it holds.
	Window document.Window

	region *covered
}

// Resource is a resource that is a unit.
type Resource struct {
	Type, ID string
}

// Includes reports whether requests about what lies in a unit are meant. Those that name no unit are asked about by an empty name.
func (w *Where) Includes(unit string) bool { return w.region != nil && w.region.has(place{unit: unit}) }

// IncludesResource reports whether requests about a resource that is a unit are meant.
func (w *Where) IncludesResource(r Resource) bool {
	return w.region != nil && w.region.has(place{r.ID, r.Type})
}

// Names returns every unit of the place, with what lies below, sorted.
func (w *Where) Names() []string {
	if w.region == nil {
		return nil
	}
	return w.region.names()
}

// Values are values of one dimension.
type Values struct {
	Dimension string
	Values    []string
	// None is set if requests are meant that have no value, Other if those are that have another one: a dimension that only one of
	// the states declares limits nothing in the other.
	None, Other bool
}

// Moved are requests about resources of a type that is the kind of a unit in one of the states only. In that, the resource is the unit
// that its id names, or there is none; in the other it lies in the unit that it names. They may be decided otherwise for everyone.
type Moved struct {
	Type string
	// Kind is set if the type is the kind of a unit after the change, and not before.
	Kind bool
}

// TypeChange is a change of the types of subjects or of resources. Only the catalog says these, so who may write that may change them.
type TypeChange struct {
	// Permission is about resources of other types than before; empty if the words by which requests call users differ.
	Permission string
	// Before and After are the types in the two states, sorted. Without any, a permission is about resources of all.
	Before, After []string
}

// AboutUsers are users about whom requests may be decided otherwise. A request whose resource is a user lies in their home unit, and its
// resource has their attributes.
type AboutUsers struct {
	// What happened to the users: Added, Removed or Changed.
	What string
	// Before and After are their home units, and equal unless these differ.
	Before, After Home
	// Attributes that differ, and on which an answer may depend, sorted.
	Attributes []string
	// Users, sorted.
	Users []string
}

// Home is where a user is at home.
type Home struct {
	// Unit is empty for one without a home unit, who lies in the root.
	Unit string
	// Unknown is set if a home unit is written that does not count: no request about the user is allowed then.
	Unknown bool
}

// What happened to something that caused an effect.
const (
	Added   = "Added"
	Removed = "Removed"
	Changed = "Changed"
	// Stopped is a grant or an override that is written and ceased to count; Resumed is one that was written and began to.
	Stopped = "Stopped"
	Resumed = "Resumed"
)

// Kinds of causes.
const (
	CauseUser        = "User"
	CauseSuspension  = "Suspension"
	CauseGrant       = "Grant"
	CauseOverride    = "Override"
	CauseRole        = "Role"
	CauseFeature     = "Feature"
	CauseUnit        = "Unit"
	CauseUnitGroup   = "UnitGroup"
	CauseDimension   = "Dimension"
	CausePermission  = "Permission"
	CauseProhibition = "Prohibition"
	CauseQualifier   = "Qualifier"
	CauseProfile     = "Profile"
	CauseManagers    = "Managers"
	CauseAttributes  = "Attributes"
)

// Cause is something that changed.
type Cause struct {
	Kind string
	// Name of what changed. A grant or an override in an assignment has none, because each user has their own: see
	// AffectedUser.Sources. One in another object is written as Kind/name list[name].
	Name string
	// Role is that of a grant.
	Role string
	// What happened: Added, Removed, Changed, Stopped or Resumed.
	What string
	// Reason is that of the finding because of which it counts for nothing in one of the states; empty if there is none.
	Reason string
}

// RoleChange is a role that holds or inherits something else.
type RoleChange struct {
	// Role is its key in the document.
	Role string
	// What happened: Added, Removed or Changed.
	What string
	// Cells are the permissions that it holds otherwise.
	Cells []CellChange
	// Administration are the rules by which its holders administer the organization that differ, by their names.
	Administration []RuleChange
	// Inherits and NoLongerInherits are roles that it began and ceased to rank above.
	Inherits, NoLongerInherits []string
}

// RuleChange is an administration rule that differs.
type RuleChange struct {
	Rule string
	// What happened: Added, Removed or Changed.
	What string
}

// CellChange is a permission that a role holds otherwise.
type CellChange struct {
	Permission string
	// Before and After are the alternatives; none if it is not held.
	Before, After []document.Alternative
}

// FindingChanges are what began and ended to be found.
type FindingChanges struct {
	Began, Ended []resolve.Finding
	// Changed are found in both states, with another message.
	Changed []FindingChange
}

// FindingChange is a finding with another message.
type FindingChange struct{ Before, After resolve.Finding }

// IsEmpty reports whether the same is found.
func (c *FindingChanges) IsEmpty() bool { return len(c.Began)+len(c.Ended)+len(c.Changed) == 0 }

// ChainChange is an approval chain that differs.
type ChainChange struct {
	Chain string
	// What happened: Added, Removed or Changed.
	What string
}

// ApproverChange is who would decide a step otherwise, whatever conditions say.
type ApproverChange struct {
	Chain, Step string
	// Where are the units for which that is so, unless the step asks managers: Requesters are those for whose requests it is so then.
	Where      Where
	Requesters []string
	// Role is what the requests ask for, if the step asks administrators: one of the roles that the same rules let them give.
	Role string
	// Values are those of each dimension of the requests.
	Values map[string]string
	// Gained and Lost are the users who began and ceased to be approvers, Left those who still are, and SomeLeft is set if there are any.
	Gained, Lost, Left []string
	SomeLeft           bool
}

// Options are what may be chosen about a comparison.
type Options struct {
	// At is the moment for what depends on the time alone: findings, approvers and coverage. What users gain and lose is said for
	// all times.
	At time.Time
	// Users, Roles and Permissions narrow the difference, unless they are empty: to some users, to what is held through some roles, to
	// some permissions. All that is not about them is left out, findings among it.
	Users, Roles, Permissions []string
	// IndexBefore is an index of the state before, if there is one: it saves compiling another one.
	IndexBefore *engine.Index
	// OmitLeft leaves out who still is an approver: of a large organization, these are thousands for each unit.
	OmitLeft bool
	// CoverageBefore and CoverageAfter are what chains lack in each state.
	CoverageBefore, CoverageAfter []resolve.Finding
}
