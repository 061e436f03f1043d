// SPDX-License-Identifier: Apache-2.0

package approvals_test

import (
	"fmt"

	. "github.com/onsi/ginkgo/v2"

	"github.com/rolewright/rolewright/test/clustertest"
)

// world is a clustertest.World, with verbs for requests and the decisions on them.
type world struct{ *clustertest.World }

// newWorld creates a namespace for an organization office.
func newWorld() *world {
	GinkgoHelper()
	w := clustertest.NewWorld(api, "office")
	w.Clock = &clock
	return &world{w}
}

// newOffice creates a world with the office and some chains.
func newOffice(chains ...string) *world {
	GinkgoHelper()
	w := newWorld()
	w.Apply(officeYAML)
	w.Apply(chains...)
	w.Published()
	return w
}

// officeYAML is an organization with a site of two branches. Ben and bea are approvers everywhere, cem in the east, vic is
// vice, which ranks above approver; dan may decide on behalf of others, and ann, max and eve hold nothing. The clerks are a
// group whose default is kim, and ann is a member. No user is both auditor and approver.
const officeYAML = `kind: PermissionCatalog
spec:
  sections: [{name: work}]
  permissions: [{name: approve, section: work}, {name: audit, section: work}, {name: on-behalf, section: work}]
---
kind: Organization
metadata: {name: office}
spec:
  catalogRef: {name: $world}
---
kind: OrganizationStructure
metadata: {name: sites}
spec:
  units: [{name: site}, {name: east, parent: site}, {name: west, parent: site}]
  constraints:
  - name: apart
    enforcement: Enforce
    type: SeparationOfDuties
    separationOfDuties: {atMost: 1, duties: [{name: approve, roleRefs: [{name: approver}]}, {name: audit, roleRefs: [{name: auditor}]}]}
---
kind: Role
metadata: {name: approver}
spec: {rules: [{permissions: [approve]}]}
---
kind: Role
metadata: {name: vice}
spec: {inherits: [{roleRef: {name: approver}}]}
---
kind: Role
metadata: {name: auditor}
spec: {rules: [{permissions: [audit]}]}
---
kind: Role
metadata: {name: delegate}
spec: {rules: [{permissions: [on-behalf]}]}
---
kind: UserGroup
metadata: {name: clerks}
spec: {members: [ann, kim, jon], defaultMember: kim}
---
kind: UserAssignment
metadata: {name: ann}
spec: {user: ann, profile: {manager: max}}
---
kind: UserAssignment
metadata: {name: max}
spec: {user: max}
---
kind: UserAssignment
metadata: {name: eve}
spec: {user: eve}
---
kind: UserAssignment
metadata: {name: ben}
spec: {user: ben, grants: [{name: approver, roleRef: {name: approver}, scope: {everywhere: true}}]}
---
kind: UserAssignment
metadata: {name: bea}
spec: {user: bea, grants: [{name: approver, roleRef: {name: approver}, scope: {everywhere: true}}]}
---
kind: UserAssignment
metadata: {name: cem}
spec: {user: cem, grants: [{name: approver, roleRef: {name: approver}, scope: {units: [east]}}]}
---
kind: UserAssignment
metadata: {name: vic}
spec: {user: vic, grants: [{name: vice, roleRef: {name: vice}, scope: {everywhere: true}}]}
---
kind: UserAssignment
metadata: {name: dan}
spec: {user: dan, grants: [{name: delegate, roleRef: {name: delegate}, scope: {everywhere: true}}]}`

// assignment is a user's assignment with the rest of its spec.
func assignment(user, rest string) string {
	return fmt.Sprintf("kind: UserAssignment\nmetadata: {name: %s}\nspec: {user: %[1]s%s}", user, rest)
}

// chain is one with the rest of its spec, for requests of the type that it is named after.
func chain(name, rest string) string {
	return fmt.Sprintf("kind: ApprovalChain\nmetadata: {name: %s}\nspec:\n  requestType: %[1]s\n%s", name, rest)
}

// approversTwo asks for two approvers.
const approversTwo = "  steps: [{name: location, requiredApprovals: 2, approvers: [{type: Role, role: {roleRef: {name: approver}}}]}]"

// approverOne asks for one, and lets delegates decide for approvers.
const approverOne = "  onBehalfPermission: on-behalf\n  steps: [{name: location, approvers: [{type: Role, role: {roleRef: {name: approver}}}]}]"

// gives is the policy of a chain that gives every role to every user, upon a decision.
const gives = "  grantPolicy: {roles: {from: All}, beneficiaries: [Requester, Members]}\n"
