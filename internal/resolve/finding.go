// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/rolewright/rolewright/internal/model"
)

// Severity is the severity of a finding. The most severe is the smallest.
type Severity int

// Severities.
const (
	// Error: the part that is named counts for nothing; the object is not Ready.
	Error Severity = iota
	// Warning: it takes effect and is probably not meant.
	Warning
	// Info: worth knowing.
	Info
)

// String is the severity's name, as status shows it.
func (s Severity) String() string { return [...]string{"Error", "Warning", "Info"}[s] }

// Finding is one thing found about one object.
type Finding struct {
	// Reason is a stable code, in CamelCase.
	Reason   string
	Severity Severity
	// Object is the object that the finding is about, and that must be changed.
	Object model.Ref
	// Field is the path of the field in the object, for example spec.grants[nurse].roleRef; empty for the object as a whole.
	Field string
	// Message says in one sentence what is wrong and what to do.
	Message string
	// Role is the role that does not exist, if that is what is wrong.
	Role model.RoleRef
}

// String is the finding on one line.
func (f Finding) String() string {
	return fmt.Sprintf("%s %s %s %s: %s", f.Severity, f.Object, f.Field, f.Reason, f.Message)
}

// Reasons of findings. They are stable: people and tools match on them.
const (
	ReasonUnknownOrganization     = "UnknownOrganization"
	ReasonUnknownCatalog          = "UnknownCatalog"
	ReasonDuplicateName           = "DuplicateName"
	ReasonInvalidUnitTree         = "InvalidUnitTree"
	ReasonInvalidKey              = "InvalidKey"
	ReasonInvalidWaiver           = "InvalidWaiver"
	ReasonTooManyUnits            = "TooManyUnits"
	ReasonTooManyAlternatives     = "TooManyAlternatives"
	ReasonWorkLimitExceeded       = "WorkLimitExceeded"
	ReasonUnknownSection          = "UnknownSection"
	ReasonUnknownPermission       = "UnknownPermission"
	ReasonUnknownQualifier        = "UnknownQualifier"
	ReasonUnknownFeature          = "UnknownFeature"
	ReasonUnknownEntitlement      = "UnknownEntitlement"
	ReasonUnknownUnit             = "UnknownUnit"
	ReasonUnknownUnitGroup        = "UnknownUnitGroup"
	ReasonUnknownDimension        = "UnknownDimension"
	ReasonUnknownDimensionValue   = "UnknownDimensionValue"
	ReasonUnknownRole             = "UnknownRole"
	ReasonUnknownManager          = "UnknownManager"
	ReasonSimilarUsers            = "SimilarUsers"
	ReasonUnknownUser             = "UnknownUser"
	ReasonUnknownUserGroup        = "UnknownUserGroup"
	ReasonUnknownType             = "UnknownType"
	ReasonAmbiguousType           = "AmbiguousType"
	ReasonAmbiguousChains         = "AmbiguousChains"
	ReasonInvalidExpression       = "InvalidExpression"
	ReasonUnsatisfiableExpression = "UnsatisfiableExpression"
	ReasonConstantExpression      = "ConstantExpression"
	ReasonInvalidPattern          = "InvalidPattern"
	ReasonWithoutDecision         = "WithoutDecision"
	ReasonUncovered               = "Uncovered"
	ReasonTooFewApprovers         = "TooFewApprovers"
	ReasonUndecidable             = "Undecidable"
	ReasonSingleApprover          = "SingleApprover"
	ReasonUnreachableOutcome      = "UnreachableOutcome"
	ReasonNoGrantPolicy           = "NoGrantPolicy"
	ReasonApproversOutranked      = "ApproversOutranked"
	ReasonApproversLackPermission = "ApproversLackPermission"
	ReasonInvalidAttribute        = "InvalidAttribute"
	ReasonAttributeTypeMismatch   = "AttributeTypeMismatch"
	ReasonInheritanceCycle        = "InheritanceCycle"
	ReasonLevelMismatch           = "LevelMismatch"
	ReasonEmptyScope              = "EmptyScope"
	ReasonConflictingProfile      = "ConflictingProfile"
	ReasonUnknownPlan             = "UnknownPlan"
	ReasonPlanLimitExceeded       = "PlanLimitExceeded"
	ReasonUnknownConstraint       = "UnknownConstraint"
	ReasonSeparationOfDuties      = "SeparationOfDuties"
	ReasonCombinedDuties          = "CombinedDuties"
	ReasonTooManyHolders          = "TooManyHolders"
	ReasonTooFewHolders           = "TooFewHolders"
	ReasonPrerequisiteNotMet      = "PrerequisiteNotMet"
	ReasonConstraintWaived        = "ConstraintWaived"
	ReasonWaiverExpired           = "WaiverExpired"
	ReasonUnusedRole              = "UnusedRole"
	ReasonEquivalentRoles         = "EquivalentRoles"
	ReasonRedundantRole           = "RedundantRole"
	ReasonWildcard                = "Wildcard"
	ReasonNoAdministrationRules   = "NoAdministrationRules"
	ReasonUnusedPermission        = "UnusedPermission"
	ReasonUnusedUnit              = "UnusedUnit"
	ReasonUnusedEntitlement       = "UnusedEntitlement"
	ReasonSuspendedWithGrants     = "SuspendedWithGrants"
	ReasonGrantExpiring           = "GrantExpiring"
	ReasonGrantExpired            = "GrantExpired"
)

// stepsOfFinding are the steps that a finding counts for: its text, and that it is sorted.
const stepsOfFinding = 128

// findings gathers what the passes find.
type findings struct {
	list []Finding
	// work counts what the passes do, a finding included.
	work *work
}

// reject adds an Error about a field of an object.
func (f *findings) reject(object model.Ref, field, reason, format string, args ...any) {
	f.add(Error, object, field, reason, format, args...)
}

// warn adds a Warning about a field of an object.
func (f *findings) warn(object model.Ref, field, reason, format string, args ...any) {
	f.add(Warning, object, field, reason, format, args...)
}

// note adds an Info about a field of an object.
func (f *findings) note(object model.Ref, field, reason, format string, args ...any) {
	f.add(Info, object, field, reason, format, args...)
}

func (f *findings) add(severity Severity, object model.Ref, field, reason, format string, args ...any) {
	f.work.spend(stepsOfFinding)
	f.list = append(f.list, Finding{Reason: reason, Severity: severity, Object: object, Field: field, Message: fmt.Sprintf(format, args...)})
}

// Sorted orders findings as those of a Resolution are, and drops those that are alike.
func Sorted(list []Finding) []Finding { return sortFindings(list) }

// sortFindings orders findings the most severe first, then by object, field and reason, and drops those that are alike.
func sortFindings(list []Finding) []Finding {
	slices.SortFunc(list, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(a.Severity, b.Severity),
			a.Object.Compare(b.Object),
			cmp.Compare(a.Field, b.Field),
			cmp.Compare(a.Reason, b.Reason),
			cmp.Compare(a.Message, b.Message),
		)
	})
	return slices.Compact(list)
}
