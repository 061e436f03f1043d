// SPDX-License-Identifier: Apache-2.0

package report

import "github.com/rolewright/rolewright/internal/change/authority"

// AuthorizationSchema names the format of Authorization. Fields may be added to it.
const AuthorizationSchema = "rolewright.dev/authorization/v1"

// Authorization says whether a user may make a change.
type Authorization struct {
	// Schema is AuthorizationSchema.
	Schema        string       `json:"schema"`
	Actor         string       `json:"actor"`
	Allowed       bool         `json:"allowed"`
	Organizations []Authorized `json:"organizations"`
}

// Authorized says whether the user may make the change of one organization.
type Authorized struct {
	Namespace    string `json:"namespace"`
	Organization string `json:"organization"`
	Allowed      bool   `json:"allowed"`
	// LeftToRBAC is set if no role of the organization has administration rules: everything is allowed then.
	LeftToRBAC bool  `json:"leftToRBAC,omitempty"`
	Acts       []Act `json:"acts"`
}

// Act is one thing that the change does.
type Act struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name"`
	Field     string `json:"field,omitempty"`
	// Act says in words what is done.
	Act     string `json:"act"`
	Allowed bool   `json:"allowed"`
	// Rule allows the act or, of a refused one, came nearest.
	Rule   *ActRule `json:"rule,omitempty"`
	Reason string   `json:"reason,omitempty"`
}

// ActRule identifies an administration rule.
type ActRule struct {
	Name string `json:"name"`
	// Role is where the rule is written, and GrantedRole what the user was granted.
	Role        string `json:"role"`
	GrantedRole string `json:"grantedRole"`
}

// NewAuthorization returns what JSON says of a user who changes nothing yet.
func NewAuthorization(actor string) *Authorization {
	return &Authorization{Schema: AuthorizationSchema, Actor: actor, Allowed: true, Organizations: []Authorized{}}
}

// Add adds the verdict about one organization.
func (a *Authorization) Add(namespace, organization string, verdict *authority.Verdict) {
	of := Authorized{
		Namespace: namespace, Organization: organization, Allowed: verdict.Allowed(), LeftToRBAC: verdict.LeftToRBAC, Acts: []Act{},
	}
	for i := range verdict.Acts {
		act := &verdict.Acts[i]
		shown := Act{
			Kind: act.Object.Kind, Namespace: act.Object.Namespace, Name: act.Object.Name, Field: act.Field, Act: act.What,
			Allowed: act.Allowed, Reason: act.Reason,
		}
		if act.Rule != nil {
			shown.Rule = &ActRule{Name: act.Rule.Name, Role: act.Rule.Role, GrantedRole: act.Rule.Granted}
		}
		of.Acts = append(of.Acts, shown)
	}
	a.Allowed = a.Allowed && of.Allowed
	a.Organizations = append(a.Organizations, of)
}
