// SPDX-License-Identifier: Apache-2.0

package approvers

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// refuseRequester returns why the requester of the input may not make requests in a chain; nil if they may. While a role or permission
// does not exist whose holders may, nobody can say that the requester will not hold it.
func (e *evaluation) refuseRequester(requesters []document.Requester) error {
	if len(requesters) == 0 {
		return nil
	}
	var named []string
	var missing error
	for i := range requesters {
		selector := &requesters[i]
		if e.isNamed(selector) {
			return nil
		}
		named = append(named, describeRequester(selector))
		missing = cmp.Or(missing, e.missingOf(selector))
	}
	if missing != nil {
		return missing
	}
	return &access.RefusedError{Predicate: fmt.Sprintf("lets only %s make requests about unit %q, and %q is none of them",
		strings.Join(named, ", "), e.decision.Index.UnitTable[e.decision.Unit].Name, e.input.Requester)}
}

// missingOf returns which role or permission does not exist that a selector names; nil if it does.
func (e *evaluation) missingOf(selector *document.Requester) error {
	switch selector.Type {
	case document.RequesterTypeRole:
		if selector.Role == nil {
			return nil
		}
		if _, known := e.decision.Index.Roles[selector.Role.Role]; !known {
			return &access.MissingError{What: access.MissingRole, Name: selector.Role.Role}
		}
	case document.RequesterTypePermission:
		if _, known := e.decision.Index.Permissions.Get(selector.Permission); !known && selector.Permission != "" {
			return &access.MissingError{What: access.MissingPermission, Name: selector.Permission}
		}
	}
	return nil
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
