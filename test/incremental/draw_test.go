// SPDX-License-Identifier: Apache-2.0

package incremental_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// Pools are small, so that things meet.
var (
	users               = []string{"ann", "ben", "cem", "dia", "eva"}
	assignments         = []string{"a1", "a2", "a3", "a4", "a5", "a6"}
	structures          = []string{"t1", "t2"}
	roles               = []string{"r1", "r2", "r3"}
	groups              = []string{"g1", "g2"}
	chains              = []string{"c1", "c2"}
	requests            = []string{"q1", "q2"}
	platformRoles       = []string{"r1", "l1"}
	platformAssignments = []string{"p1", "p2"}
	names               = []string{"read", "write", "sign", "pay"}
	units               = []string{"all", "north", "south", "ward"}
	values              = []string{"day", "night"}
)

func one[T ~string](t *rapid.T, label string, pool []string) T {
	return T(rapid.SampledFrom(pool).Draw(t, label))
}

func some[T ~string](t *rapid.T, label string, pool []string, least, most int) []T {
	var drawn []T
	for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(pool), least, most, rapid.ID).Draw(t, label) {
		drawn = append(drawn, T(name))
	}
	return drawn
}

func chance(t *rapid.T, label string, of int) bool { return rapid.IntRange(1, of).Draw(t, label) == of }

func drawCatalog(t *rapid.T, _ *cluster) v1alpha1.PermissionCatalog {
	var catalog v1alpha1.PermissionCatalog
	spec := &catalog.Spec
	spec.Sections = []v1alpha1.Section{{Name: "charts"}}
	spec.Features = []v1alpha1.Feature{{Name: "trials"}}
	if !chance(t, "without entitlements", 6) {
		spec.Entitlements = []v1alpha1.Entitlement{{Name: "key"}}
	}
	for _, name := range names {
		permission := v1alpha1.Permission{Name: v1alpha1.PermissionName(name), Section: "charts"}
		if chance(t, "implies", 4) {
			permission.Implies = some[v1alpha1.PermissionName](t, "implied", names, 1, 1)
		}
		if chance(t, "gated", 5) {
			permission.RequiredFeatures = []v1alpha1.Name{"trials"}
		}
		if chance(t, "typed", 6) {
			permission.ResourceTypes = some[v1alpha1.ResourceType](t, "resource types", []string{"chart", "user", "ward"}, 1, 2)
		}
		spec.Permissions = append(spec.Permissions, permission)
	}
	if chance(t, "names subject types", 5) {
		spec.SubjectTypes = some[v1alpha1.Name](t, "subject types", []string{"user", "person", "ward"}, 1, 2)
	}
	spec.Qualifiers = []v1alpha1.Qualifier{{Name: "own", Expression: "resource.properties.owner == subject.id"}}
	if chance(t, "prohibits", 4) {
		spec.Prohibitions = []v1alpha1.Prohibition{{
			Name: "frozen", Expression: "subject.properties.level == 1", Permissions: []v1alpha1.PermissionName{"pay"},
		}}
	}
	if chance(t, "has a dimension", 2) {
		spec.Dimensions = []v1alpha1.Dimension{{Name: "shift", Values: some[v1alpha1.DimensionValue](t, "values", values, 1, 2)}}
	}
	return catalog
}

func drawOrganization(t *rapid.T, c *cluster) v1alpha1.Organization {
	var drawn v1alpha1.Organization
	spec := &drawn.Spec
	spec.CatalogRef.Name = "care"
	if chance(t, "features", 2) {
		spec.Features = []v1alpha1.Name{"trials"}
	}
	if chance(t, "waived", 3) {
		spec.Waivers = []v1alpha1.Waiver{drawWaiver(t)}
	}
	if chance(t, "default grant", 2) {
		spec.DefaultGrants = []v1alpha1.Grant{drawGrant(t, c)}
	}
	return drawn
}

// drawStructure draws a part of a tree, mostly with its root.
func drawStructure(t *rapid.T, c *cluster) v1alpha1.OrganizationStructure {
	var drawn v1alpha1.OrganizationStructure
	spec := &drawn.Spec
	if !c.rarely(t, "no root", 3) {
		spec.Units = []v1alpha1.Unit{{Name: "all"}}
	}
	above := []v1alpha1.Name{"all"}
	for _, name := range some[v1alpha1.Name](t, "units", units[1:], 0, 3) {
		spec.Units = append(spec.Units, v1alpha1.Unit{Name: name, Parent: rapid.SampledFrom(above).Draw(t, "parent")})
		above = append(above, name)
	}
	if chance(t, "unit group", 2) {
		spec.UnitGroups = []v1alpha1.UnitGroup{{Name: "north", Units: some[v1alpha1.UnitReference](t, "grouped", units, 0, 2)}}
	}
	for i, constraint := range []v1alpha1.Constraint{
		{Type: v1alpha1.ConstraintSeparationOfDuties, SeparationOfDuties: &v1alpha1.SeparationOfDuties{AtMost: 1, Duties: []v1alpha1.Duty{
			{Name: "a", Permissions: []v1alpha1.PermissionName{"write"}}, {Name: "b", Permissions: []v1alpha1.PermissionName{"pay"}},
		}}},
		{Type: v1alpha1.ConstraintHolders, Holders: &v1alpha1.Holders{RoleRef: drawRoleRef(t), AtMost: new(int32(rapid.SampledFrom([]int{1, 0, 1, 2}).Draw(t, "most")))}},
		{Type: v1alpha1.ConstraintPrerequisite, Prerequisite: &v1alpha1.Prerequisite{RoleRef: drawRoleRef(t), RequiredRoleRef: drawRoleRef(t)}},
	} {
		if !c.tidy && !chance(t, "no constraint", 3) {
			constraint.Name, constraint.Enforcement = v1alpha1.Name(fmt.Sprintf("c%d", i)), v1alpha1.Enforce
			if chance(t, "audited", 4) {
				constraint.Enforcement = v1alpha1.Audit
			}
			if chance(t, "of a later type", 9) {
				constraint = v1alpha1.Constraint{Name: constraint.Name, Enforcement: constraint.Enforcement, Type: "Weekdays"}
			}
			spec.Constraints = append(spec.Constraints, constraint)
		}
	}
	if c.rarely(t, "waived", 3) {
		spec.Waivers = []v1alpha1.Waiver{drawWaiver(t)}
	}
	return drawn
}

func drawWaiver(t *rapid.T) v1alpha1.Waiver {
	return v1alpha1.Waiver{
		Name: "w", ConstraintRef: v1alpha1.ConstraintReference{Name: "c0"}, Users: some[v1alpha1.UserReference](t, "waived users", users, 0, 2),
		AllUsers: new(rapid.Bool().Draw(t, "waived for all")), EndTime: metav1.NewTime(clock.Add(time.Hour)),
	}
}

func drawRoleRef(t *rapid.T) v1alpha1.RoleReference {
	return v1alpha1.RoleReference{Name: one[string](t, "role", roles)}
}

func drawDefinition(t *rapid.T) v1alpha1.RoleDefinition {
	var definition v1alpha1.RoleDefinition
	for range rapid.IntRange(1, 2).Draw(t, "rules") {
		rule := v1alpha1.Rule{Permissions: some[v1alpha1.PermissionName](t, "permissions", names, 1, 2)}
		if chance(t, "qualified", 4) {
			rule.Qualifiers = []v1alpha1.Name{"own"}
		}
		if chance(t, "entitled", 5) {
			rule.RequiredEntitlements = []v1alpha1.Name{"key"}
		}
		definition.Rules = append(definition.Rules, rule)
	}
	if chance(t, "inherits", 3) {
		definition.Inherits = []v1alpha1.Inheritance{{RoleRef: drawRoleRef(t)}}
	}
	return definition
}

func drawRole(t *rapid.T, _ *cluster) v1alpha1.Role {
	var role v1alpha1.Role
	role.Spec.RoleDefinition = drawDefinition(t)
	return role
}

func drawPlatformRole(t *rapid.T, _ *cluster) v1alpha1.PlatformRole {
	var role v1alpha1.PlatformRole
	role.Spec.RoleDefinition = drawDefinition(t)
	role.Spec.RoleDefinition.Inherits = nil
	role.Spec.CatalogRef.Name = "care"
	role.Spec.AssignableScope = v1alpha1.AssignableScopePlatform
	return role
}

func drawPlatformAssignment(t *rapid.T, c *cluster) v1alpha1.PlatformAssignment {
	var assignment v1alpha1.PlatformAssignment
	assignment.Spec.User = one[v1alpha1.UserID](t, "user", users)
	if chance(t, "suspended", 5) {
		assignment.Spec.State = v1alpha1.UserSuspended
	}
	selector := &v1alpha1.OrganizationSelector{Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"region": "east"}}}
	if chance(t, "all", 2) {
		selector = &v1alpha1.OrganizationSelector{All: new(true)}
	}
	assignment.Spec.Grants = []v1alpha1.PlatformGrant{{
		Name: "platform", RoleRef: v1alpha1.PlatformRoleReference{Name: one[string](t, "role", platformRoles)}, Organizations: selector, Window: drawWindow(t, c),
	}}
	return assignment
}

func drawAssignment(t *rapid.T, c *cluster) v1alpha1.UserAssignment {
	var assignment v1alpha1.UserAssignment
	spec := &assignment.Spec
	spec.User = one[v1alpha1.UserID](t, "user", users)
	if chance(t, "suspended", 8) {
		spec.State = v1alpha1.UserSuspended
	}
	if chance(t, "has a manager", 3) {
		spec.Profile.Manager = one[v1alpha1.UserID](t, "manager", append(users, "zoe"))
	}
	if chance(t, "has a home", 4) {
		spec.Profile.HomeUnit = one[v1alpha1.Name](t, "home", units)
	}
	if chance(t, "has a level", 4) {
		spec.Profile.Attributes = v1alpha1.Attributes{"level": jsonOf(rapid.IntRange(1, 2).Draw(t, "level"))}
	}
	if c.rarely(t, "is too large to publish", 6) {
		spec.Profile.Attributes = v1alpha1.Attributes{"long": jsonOf(strings.Repeat("x", 3800)), "longer": jsonOf(strings.Repeat("y", 3800))}
	}
	for range rapid.IntRange(0, 3).Draw(t, "grants") {
		spec.Grants = append(spec.Grants, drawGrant(t, c))
	}
	for i, name := range rapid.Permutation([]v1alpha1.EntryName{"a", "b", "c"}).Draw(t, "names")[:len(spec.Grants)] {
		spec.Grants[i].Name = name
	}
	if chance(t, "override", 4) || c.tidy && chance(t, "another override", 3) {
		override := v1alpha1.Override{Name: "one", Permission: one[v1alpha1.PermissionName](t, "overridden", names), Scope: drawScope(t, c), Window: drawWindow(t, c)}
		if chance(t, "denied", 2) {
			override.Effect = v1alpha1.EffectDeny
			if chance(t, "denied everywhere", 2) {
				override.Scope = nil
			}
		}
		spec.Overrides = []v1alpha1.Override{override}
	}
	return assignment
}

func jsonOf(value any) apiextensionsv1.JSON {
	raw, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return apiextensionsv1.JSON{Raw: raw}
}

func drawGrant(t *rapid.T, c *cluster) v1alpha1.Grant {
	grant := v1alpha1.Grant{Name: "one", RoleRef: drawRoleRef(t), Scope: drawScope(t, c), Window: drawWindow(t, c)}
	if chance(t, "of the platform", 6) {
		grant.RoleRef = v1alpha1.RoleReference{Kind: "PlatformRole", Name: one[string](t, "platform role", platformRoles)}
	}
	if chance(t, "entitlement", 3) {
		grant.Entitlements = []v1alpha1.Name{"key"}
	}
	return grant
}

// drawScope draws a scope that mostly says something of each dimension and names units that exist.
func drawScope(t *rapid.T, c *cluster) *v1alpha1.Scope {
	scope := &v1alpha1.Scope{}
	if catalog := c.members.Catalog; (catalog != nil && len(catalog.Spec.Dimensions) > 0) != c.rarely(t, "the wrong dimensions", 10) {
		scope.Dimensions = []v1alpha1.DimensionScope{{Name: "shift", All: new(true)}}
		if chance(t, "some values", 3) {
			scope.Dimensions[0] = v1alpha1.DimensionScope{Name: "shift", Values: some[v1alpha1.DimensionValue](t, "covered values", values, 0, 1)}
		}
	}
	switch rapid.IntRange(0, 3).Draw(t, "place") {
	case 0, 1:
		scope.Everywhere = new(true)
	case 2:
		scope.UnitGroups = []v1alpha1.Name{"north"}
	default:
		scope.Units = some[v1alpha1.Name](t, "units", units, 1, 2)
	}
	return scope
}

func drawWindow(t *rapid.T, c *cluster) v1alpha1.Window {
	var window v1alpha1.Window
	if c.rarely(t, "begins", 5) {
		window.StartTime = new(metav1.NewTime(clock.Add(time.Duration(rapid.IntRange(-1, 1).Draw(t, "begin")) * time.Hour)))
	}
	if c.rarely(t, "ends", 5) {
		window.EndTime = new(metav1.NewTime(clock.Add(time.Duration(rapid.IntRange(0, 2).Draw(t, "end")) * time.Hour)))
	}
	return window
}

func drawGroup(t *rapid.T, c *cluster) v1alpha1.UserGroup {
	var group v1alpha1.UserGroup
	group.Spec.Members = some[v1alpha1.UserID](t, "members", users, 1, 3)
	group.Spec.DefaultMember = group.Spec.Members[0]
	if chance(t, "grants", 2) {
		group.Spec.Grants = []v1alpha1.Grant{drawGrant(t, c)}
	}
	return group
}

func drawChain(t *rapid.T, _ *cluster) v1alpha1.ApprovalChain {
	var chain v1alpha1.ApprovalChain
	chain.Spec.RequestType = "order"
	chain.Spec.Priority = new(int32(rapid.IntRange(0, 3).Draw(t, "priority")))
	step := v1alpha1.ApprovalStep{Name: "one", Approvers: []v1alpha1.ApproverSelector{drawApprover(t)}}
	if chance(t, "others too", 3) {
		step.Approvers = append(step.Approvers, drawApprover(t))
	}
	if chance(t, "fallback", 2) {
		step.Fallback = []v1alpha1.ApproverSelector{drawApprover(t)}
	}
	chain.Spec.Steps = []v1alpha1.ApprovalStep{step}
	return chain
}

func drawApprover(t *rapid.T) v1alpha1.ApproverSelector {
	switch rapid.IntRange(0, 3).Draw(t, "approver") {
	case 0:
		return v1alpha1.ApproverSelector{Type: v1alpha1.ApproverTypeRole, Role: &v1alpha1.RoleApprovers{RoleRef: drawRoleRef(t)}}
	case 1:
		return v1alpha1.ApproverSelector{Type: v1alpha1.ApproverTypeManager, Manager: &v1alpha1.ManagerApprover{Level: 1}}
	case 2:
		return v1alpha1.ApproverSelector{Type: v1alpha1.ApproverTypeUsers, Users: some[v1alpha1.UserReference](t, "approvers", users, 1, 2)}
	}
	return v1alpha1.ApproverSelector{
		Type: v1alpha1.ApproverTypeGroup, GroupRef: &v1alpha1.UserGroupReference{Name: one[string](t, "group", groups)},
	}
}

// drawRecords draws by what someone was known: assignments and groups, those of others and such that are gone among them.
func drawRecords(t *rapid.T, c *cluster) []v1alpha1.UserRecord {
	var records []v1alpha1.UserRecord
	for _, a := range c.members.Assignments {
		if rapid.IntRange(0, 2).Draw(t, "known by an assignment") > 0 {
			records = append(records, v1alpha1.UserRecord{Kind: "UserAssignment", UID: v1alpha1.Observed(a.UID)})
		}
	}
	for i := range c.members.Groups {
		if rapid.Bool().Draw(t, "known by a group") {
			records = append(records, v1alpha1.UserRecord{Kind: "UserGroup", UID: v1alpha1.Observed(c.members.Groups[i].UID), MemberGeneration: 1})
		}
	}
	return records
}

// drawOpenRequest draws a request that may be approved.
func drawOpenRequest(t *rapid.T, c *cluster) *v1alpha1.ApprovalRequest {
	request := drawRequest(t, c)
	request.Namespace, request.Name, request.UID = namespace, "open", "open"
	request.Spec.OrganizationRef.Name = organization
	request.Status.State, request.Status.Grant = v1alpha1.RequestPending, nil
	request.Status.Chain = &v1alpha1.RequestChain{Grant: &v1alpha1.RequestChainGrant{DurationSeconds: 3600}}
	return &request
}

// drawRequest draws a request that was approved.
func drawRequest(t *rapid.T, c *cluster) v1alpha1.ApprovalRequest {
	var request v1alpha1.ApprovalRequest
	request.Spec.Requester = one[v1alpha1.UserID](t, "requester", users)
	request.Spec.Grant = &v1alpha1.RequestedGrant{RoleRef: drawRoleRef(t), Scope: drawScope(t, c)}
	request.Status.State = v1alpha1.RequestApproved
	request.Status.BeneficiaryRecords = drawRecords(t, c)
	request.Status.Grant = &v1alpha1.GrantStatus{Window: v1alpha1.Window{
		StartTime: new(metav1.NewTime(clock.Add(-time.Hour))), EndTime: new(metav1.NewTime(clock.Add(time.Duration(rapid.IntRange(0, 3).Draw(t, "for")) * time.Hour))),
	}}
	return request
}
