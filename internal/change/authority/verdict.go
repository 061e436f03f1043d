// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"fmt"
	"slices"

	"github.com/rolewright/rolewright/internal/model"
)

// Verdict says whether a user may make a change.
type Verdict struct {
	Actor string
	// LeftToRBAC is set if no role of the organization has administration rules: Kubernetes RBAC alone decides then, and no acts
	// are judged.
	LeftToRBAC bool
	// Acts of the change, by object and field. A change without acts changes nothing that is judged.
	Acts []Act
	// Qualified are the qualifiers that were evaluated for it.
	Qualified []Qualified
}

// Qualified is whether a qualifier of an administration rule is true of a user.
type Qualified struct {
	Qualifier, User string
	True            bool
}

// Allowed reports whether every act is allowed.
func (v *Verdict) Allowed() bool {
	return !slices.ContainsFunc(v.Acts, func(a Act) bool { return !a.Allowed })
}

// Refused returns the acts that are not allowed.
func (v *Verdict) Refused() []Act {
	return slices.DeleteFunc(slices.Clone(v.Acts), func(a Act) bool { return a.Allowed })
}

// Act is one thing that a change does.
type Act struct {
	// Object is what is written, and Field which field of it; empty for the object as a whole.
	Object model.Ref
	Field  string
	// What says in words what is done, for example "give role manager to emma@compass.example".
	What    string
	Allowed bool
	// Rule is the administration rule that allows the act or, of a refused one, the one that came nearest; nil if there is none.
	Rule *Rule
	// Reason says why the act is refused, and what it would take.
	Reason string
}

// Rule identifies an administration rule.
type Rule struct {
	Name string
	// Role is where the rule is written, and Granted the role by which the user has it.
	Role, Granted string
}

// String names the rule and its role.
func (r *Rule) String() string { return fmt.Sprintf("rule %s of role %s", r.Name, r.Role) }

// String is the act on one line.
func (a *Act) String() string {
	at := a.Object.String()
	if a.Field != "" {
		at += " " + a.Field
	}
	if a.Allowed {
		if a.Rule == nil {
			return fmt.Sprintf("%s: %s", at, a.What)
		}
		return fmt.Sprintf("%s: %s, by %s", at, a.What, a.Rule)
	}
	return fmt.Sprintf("%s: %s: %s", at, a.What, a.Reason)
}
