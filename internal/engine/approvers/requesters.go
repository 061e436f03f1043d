// SPDX-License-Identifier: Apache-2.0

package approvers

import (
	"fmt"
	"strings"

	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// refuseRequester returns why the requester of the input may not make requests in a chain; nil if they may. While a role does not
// exist whose holders may, nobody can say that the requester will not hold it.
func (e *evaluation) refuseRequester(requesters []document.Requester) error {
	if len(requesters) == 0 {
		return nil
	}
	var named []string
	missing := ""
	for i := range requesters {
		selector := &requesters[i]
		if e.isNamed(selector) {
			return nil
		}
		named = append(named, describeRequester(selector))
		if selector.Type == document.RequesterTypeRole && selector.Role != nil && !e.isRole(selector.Role.Role) {
			missing = selector.Role.Role
		}
	}
	if missing != "" {
		return &access.MissingError{What: access.MissingRole, Name: missing}
	}
	return &access.RefusedError{Predicate: fmt.Sprintf("lets only %s make requests about unit %q, and %q is none of them",
		strings.Join(named, ", "), e.decision.Index.UnitTable[e.decision.Unit].Name, e.input.Requester)}
}

// isRole reports whether a role exists.
func (e *evaluation) isRole(name string) bool {
	_, known := e.decision.Index.Roles[name]
	return known
}

// isNamed reports whether a selector names the requester. One of an unknown type names nobody.
func (e *evaluation) isNamed(selector *document.Requester) bool {
	switch requester := e.input.Requester; {
	case selector.Type == document.RequesterTypeAnybody:
		return true
	case selector.Type == document.RequesterTypeRole && selector.Role != nil:
		return e.holds(requester, selector.Role.Role, isExact(selector.Role.Match), e.decision.Unit)
	case selector.Type == document.RequesterTypePermission:
		return e.holdsPermission(requester, selector.Permission)
	}
	return false
}

func describeRequester(selector *document.Requester) string {
	switch {
	case selector.Type == document.RequesterTypeRole && selector.Role != nil:
		return "holders of role " + selector.Role.Role
	case selector.Type == document.RequesterTypePermission:
		return "holders of permission " + selector.Permission
	}
	return "nobody"
}
