// SPDX-License-Identifier: Apache-2.0

package peers

import (
	"fmt"
	"maps"
	"slices"

	"github.com/casbin/casbin/v3"
	"github.com/casbin/casbin/v3/model"
)

// casbinModel is Casbin's RBAC with domains, in which a domain is a unit. The permission is compared first, since that
// costs less than a look into the users' roles.
const casbinModel = `
[request_definition]
r = sub, dom, act, owner
[policy_definition]
p = sub, act, own
[role_definition]
g = _, _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.act == p.act && g(r.sub, p.sub, r.dom) && (p.own == "" || r.owner == r.sub)
`

// own is what a line of the policy says whose permission is held only over what the user owns.
const own = "own"

// enforcer is what Casbin's plain and its caching enforcer share.
type enforcer interface {
	Enforce(values ...any) (bool, error)
}

type casbinEngine struct {
	enforcer enforcer
	requests [][]any
}

func (e *casbinEngine) Ask(question int) (bool, error) {
	return e.enforcer.Enforce(e.requests[question]...)
}

// NewCasbin has a line of the policy for each permission of each role. A user's role is there for every unit that the
// grant covers, because a tree of domains is searched domain by domain otherwise.
func NewCasbin(f *Facts) (Engine, error) {
	plain, err := casbin.NewEnforcer()
	if err != nil {
		return nil, err
	}
	if err := fillCasbin(plain, f); err != nil {
		return nil, err
	}
	return &casbinEngine{plain, casbinRequests(f)}, nil
}

// NewCasbinCached is NewCasbin with Casbin's cache of answers. Once each question has been asked, every answer is in it.
func NewCasbinCached(f *Facts) (Engine, error) {
	cached, err := casbin.NewCachedEnforcer()
	if err != nil {
		return nil, err
	}
	if err := fillCasbin(cached.Enforcer, f); err != nil {
		return nil, err
	}
	return &casbinEngine{cached, casbinRequests(f)}, nil
}

func fillCasbin(e *casbin.Enforcer, f *Facts) error {
	m, err := model.NewModelFromString(casbinModel)
	if err != nil {
		return err
	}
	var held [][]string
	for _, role := range slices.Sorted(maps.Keys(f.Roles)) {
		for _, permission := range slices.Sorted(maps.Keys(f.Roles[role])) {
			held = append(held, []string{role, permission, ownMark(f.Roles[role][permission])})
		}
	}
	if err := m.AddPolicies("p", "p", held); err != nil {
		return err
	}
	return startCasbin(e, m, f)
}

// startCasbin adds the users' roles to a model and gives it to an enforcer.
func startCasbin(e *casbin.Enforcer, m model.Model, f *Facts) error {
	var given [][]string
	for user, grants := range f.Grants {
		for _, g := range grants {
			for _, unit := range f.Below[g.Unit] {
				given = append(given, []string{user, g.Role, unit})
			}
		}
	}
	if err := m.AddPolicies("g", "g", given); err != nil {
		return err
	}
	if err := e.InitWithModelAndAdapter(m, nil); err != nil {
		return err
	}
	return e.BuildRoleLinks()
}

func ownMark(owned bool) string {
	if owned {
		return own
	}
	return ""
}

func casbinRequests(f *Facts) [][]any {
	requests := make([][]any, len(f.Questions))
	for i, q := range f.Questions {
		requests[i] = []any{q.User, q.Unit, q.Permission, q.Owner}
	}
	return requests
}

// NewCasbinSplit splits the policy by permission. Casbin walks all lines of a policy for every question; with a policy,
// and a matcher, of its own for each permission it walks only those of the roles that hold it. The caller names the policy.
func NewCasbinSplit(f *Facts) (Engine, error) {
	m := model.NewModel()
	m.AddDef("r", "r", "sub, dom, owner")
	m.AddDef("g", "g", "_, _, _")
	m.AddDef("e", "e", "some(where (p.eft == allow))")
	contexts := make(map[string]casbin.EnforceContext, len(f.Permissions))
	for i, permission := range f.Permissions {
		policy, matcher := fmt.Sprintf("p%d", i+1), fmt.Sprintf("m%d", i+1)
		m.AddDef("p", policy, "sub, own")
		m.AddDef("m", matcher, fmt.Sprintf(`g(r.sub, %[1]s.sub, r.dom) && (%[1]s.own == "" || r.owner == r.sub)`, policy))
		contexts[permission] = casbin.EnforceContext{RType: "r", PType: policy, EType: "e", MType: matcher}
		var held [][]string
		for _, role := range slices.Sorted(maps.Keys(f.Roles)) {
			if owned, holds := f.Roles[role][permission]; holds {
				held = append(held, []string{role, ownMark(owned)})
			}
		}
		if err := m.AddPolicies("p", policy, held); err != nil {
			return nil, err
		}
	}
	e, err := casbin.NewEnforcer()
	if err != nil {
		return nil, err
	}
	if err := startCasbin(e, m, f); err != nil {
		return nil, err
	}
	requests := make([][]any, len(f.Questions))
	for i, q := range f.Questions {
		requests[i] = []any{contexts[q.Permission], q.User, q.Unit, q.Owner}
	}
	return &casbinEngine{e, requests}, nil
}
