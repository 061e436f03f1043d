// SPDX-License-Identifier: Apache-2.0

package cli

// jsonAuthorization is the shape of what authorize prints in JSON.
type jsonAuthorization struct {
	Actor   string                 `json:"actor"`
	Allowed bool                   `json:"allowed"`
	Changes []jsonOrganizationActs `json:"organizations"`
}

type jsonOrganizationActs struct {
	Namespace    string `json:"namespace"`
	Organization string `json:"organization"`
	Allowed      bool   `json:"allowed"`
	// LeftToRBAC is set if no role of the organization has administration rules: everything is allowed then.
	LeftToRBAC bool      `json:"leftToRBAC,omitempty"`
	Acts       []jsonAct `json:"acts"`
}

type jsonAct struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name"`
	Field     string `json:"field,omitempty"`
	// Act says in words what is done.
	Act     string `json:"act"`
	Allowed bool   `json:"allowed"`
	// Rule allows the act or, of a refused one, came nearest.
	Rule   *jsonRule `json:"rule,omitempty"`
	Reason string    `json:"reason,omitempty"`
}

type jsonRule struct {
	Name string `json:"name"`
	// Role is where the rule is written, and GrantedRole what the user was granted.
	Role        string `json:"role"`
	GrantedRole string `json:"grantedRole"`
}

func authorizationJSON(actor string, judgements []judgement) jsonAuthorization {
	out := jsonAuthorization{Actor: actor, Allowed: true, Changes: []jsonOrganizationActs{}}
	for _, j := range judgements {
		of := jsonOrganizationActs{
			Namespace: j.organization.Namespace, Organization: j.organization.Name, Allowed: j.verdict.Allowed(), LeftToRBAC: j.verdict.LeftToRBAC,
			Acts: []jsonAct{},
		}
		for _, act := range j.verdict.Acts {
			shown := jsonAct{
				Kind: act.Object.Kind, Namespace: act.Object.Namespace, Name: act.Object.Name, Field: act.Field, Act: act.What,
				Allowed: act.Allowed, Reason: act.Reason,
			}
			if act.Rule != nil {
				shown.Rule = &jsonRule{Name: act.Rule.Name, Role: act.Rule.Role, GrantedRole: act.Rule.Granted}
			}
			of.Acts = append(of.Acts, shown)
		}
		out.Allowed = out.Allowed && of.Allowed
		out.Changes = append(out.Changes, of)
	}
	return out
}
