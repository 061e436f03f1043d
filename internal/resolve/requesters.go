// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// requesters finds what is wrong with those who may make requests. What names nobody lets nobody ask.
func (r *chainReader) requesters(chain *model.Chain) {
	for i := range chain.Requesters {
		at, named := fmt.Sprintf("spec.requesters[%d]", i), &chain.Requesters[i]
		switch {
		case named.Type == document.RequesterTypeAnybody:
		case named.Type == document.RequesterTypeRole && named.Role != nil:
			r.role(chain, at+".role.roleRef", named.Role.Role)
		case named.Type == document.RequesterTypePermission && named.Permission != "":
			r.permission(chain, at+".permission.name", named.Permission, "nobody is named")
		default:
			r.found.reject(chain.Ref, at+".type", ReasonUnknownType,
				"a requester of type %q does not say whom it names, so nobody is named: use Anybody, Role or Permission, and the field "+
					"that belongs to it", named.Type)
		}
	}
}

func documentRequesters(requesters []model.Requester) []document.Requester {
	if len(requesters) == 0 {
		return nil
	}
	published := make([]document.Requester, len(requesters))
	for i := range requesters {
		published[i] = document.Requester{Type: requesters[i].Type, Permission: requesters[i].Permission}
		if role := requesters[i].Role; role != nil {
			published[i].Role = &document.RoleApprover{Role: role.Role.Key(), Match: match(role.Exact)}
		}
	}
	return published
}
