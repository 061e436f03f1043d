// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"time"

	"github.com/rolewright/rolewright/internal/engine/approvers"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// SelectChain returns the name of the chain that governs an input. The error says why there is none: it is an
// *access.MissingError if something may come yet.
func (x *Index) SelectChain(input *access.ApprovalInput) (string, error) {
	return approvers.SelectChain(x.tables(), input)
}

// ApprovalPlan returns, step by step, who may decide an input in a chain at this moment. The error says what is not known
// of the input; it is an *access.RefusedError if the chain refuses the input.
func (x *Index) ApprovalPlan(chain *document.Chain, input *access.ApprovalInput) (*access.ApprovalPlan, error) {
	return approvers.Plan(x.tables(), chain, input)
}

// PlanProblems says why the steps of a plan that ask approvers cannot be approved, or may be left undecided; nil if nothing is wrong.
func PlanProblems(chain *document.Chain, plan *access.ApprovalPlan) []string {
	return approvers.Problems(chain, plan)
}

// Deciders returns who of the approvers and the fallback of a step may decide it, where the beneficiary may be replaced. The second
// result is false if the step cannot be approved, because nobody decides in the place of the beneficiary.
func Deciders(step *document.Step, eligible, fallback []string, replaced bool) (users []string, complete bool) {
	return approvers.Deciders(step, eligible, fallback, replaced)
}

// SharedShortage returns the first of some steps that cannot have as many users as it needs out of its own, if each user decides
// one step only; -1 if all can.
func SharedShortage(needs []int, pools [][]string) int { return approvers.SharedShortage(needs, pools) }

// CheckScope returns why the role that an input asks for would be held beyond the input's unit and dimensions; nil if it would not.
func (x *Index) CheckScope(input *access.ApprovalInput) error {
	return approvers.CheckScope(x.tables(), input)
}

// RoleDigest returns the digest of what a role gives. The second result is false if there is no such role.
func (x *Index) RoleDigest(name string) (digest string, known bool) {
	return x.tables().RoleDigest(name)
}

// Coverage returns, for each step of a chain, the units for which it has no approver, or only one.
func (x *Index) Coverage(chain *document.Chain) []access.Coverage {
	return approvers.Cover(x.tables(), chain)
}

// ValidateInput returns what is not known of an input, so that nothing can be said of it; nil if all is.
func (x *Index) ValidateInput(input *access.ApprovalInput) error {
	return approvers.Validate(x.tables(), input)
}

// IsSuspended reports whether a user is suspended.
func (x *Index) IsSuspended(user string) bool { return x.tables().User(user).IsSuspended() }

// HasPermission reports whether a user holds a permission on what an input is about.
func (x *Index) HasPermission(input *access.ApprovalInput, user, permission string) bool {
	return approvers.HasPermission(x.tables(), input, user, permission)
}

// PermissionHolders returns the first users who hold a permission on what an input is about, without those whose input it is, and the
// times at which time alone may change who they are. If there are as many as the limit, it looks no further.
func (x *Index) PermissionHolders(input *access.ApprovalInput, permission string, limit int) (holders []string, transitions []time.Time) {
	return approvers.PermissionHolders(x.tables(), input, permission, limit)
}

// Gained lists the permissions of the role that an input asks for and that its beneficiary does not hold without it.
func (x *Index) Gained(input *access.ApprovalInput) []string {
	return approvers.Gained(x.tables(), input)
}

// Oversees reports whether a user holds a permission over an input, even if its requester, beneficiary or unit has gone.
func (x *Index) Oversees(input *access.ApprovalInput, user, permission string) bool {
	return approvers.Oversees(x.tables(), input, user, permission)
}

// IsApprover reports whether a user is one of some approvers of an input, even if its requester, beneficiary or unit has gone.
func (x *Index) IsApprover(selectors []document.Approver, input *access.ApprovalInput, user string) bool {
	return approvers.IsApprover(x.tables(), selectors, input, user)
}

// MayDecide reports whether a user is one of some approvers for an input.
func (x *Index) MayDecide(selectors []document.Approver, input *access.ApprovalInput, user string) bool {
	return approvers.MayDecide(x.tables(), selectors, input, user)
}

// FilterEligible returns those of some users who are among approvers for an input, in the same order: as MayDecide reports
// of each.
func (x *Index) FilterEligible(selectors []document.Approver, input *access.ApprovalInput, users []string) []string {
	return approvers.FilterEligible(x.tables(), selectors, input, users)
}

// Transitions returns the times at which time alone may change who the approvers of an input are: those of some users, and of
// the managers above requester and beneficiary. They are sorted.
func (x *Index) Transitions(input *access.ApprovalInput, users []string) []time.Time {
	return approvers.Transitions(x.tables(), input, users)
}

// Pool returns who may decide a step at all: its approvers or, if there are none, its fallback. Conditions are left aside. Of an input
// without requester, nobody is a manager.
func (x *Index) Pool(step *document.Step, input *access.ApprovalInput) []string {
	return approvers.Pool(x.tables(), step, input)
}

// NamesOthers reports whether some approvers of what Pool is asked about name anyone but certain users.
func (x *Index) NamesOthers(selectors []document.Approver, input *access.ApprovalInput, certain func(id string) bool) bool {
	return approvers.NamesOthers(x.tables(), selectors, input, certain)
}

// AskedRoles returns the roles for which it is told apart who may decide a step of a chain: an empty one, for any, unless the step asks
// administrators.
func (x *Index) AskedRoles(chain *document.Chain, step *document.Step) []string {
	return approvers.AskedRoles(x.tables(), chain, step)
}

// MayTake reports whether a user may take the role that an input asks for from its beneficiary by administration rules, even if its
// requester has gone.
func (x *Index) MayTake(input *access.ApprovalInput, user string) bool {
	return approvers.MayTake(x.tables(), input, user)
}

// ValueCombinations returns the combinations of dimension values for which approvers are told apart.
func (x *Index) ValueCombinations() []map[string]string { return approvers.Combinations(x.tables()) }

// AsksManagers reports whether who may decide a step depends on who makes the request.
func (x *Index) AsksManagers(step *document.Step) bool {
	return approvers.AsksManagers(x.tables(), step)
}
