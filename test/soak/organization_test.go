// SPDX-License-Identifier: Apache-2.0

package soak_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/snapshot"
)

// What an organization consists of.
const (
	organizationName = "plant"
	catalogName      = "soak"
	guest            = "guest"
	visitor          = "vera"
	boss             = "boss"
	people           = 8
	movers           = 4
	askers           = 3
	// crowdSize is how many members a group has when it is full: three full groups make an organization too large for one ConfigMap.
	crowds, crowdSize = 3, 160
)

var (
	allPermissions = []v1alpha1.PermissionName{"read", "write", "sign"}
	unitNames      = []string{"all", "north", "south", "ward"}
	roleNames      = []string{"r0", "r1", "r2", "r3"}
)

func person(i int) string { return fmt.Sprintf("person-%d", i) }
func mover(i int) string  { return fmt.Sprintf("mover-%d", i) }
func asker(i int) string  { return fmt.Sprintf("asker-%d", i) }

// questions are those that readers are asked all the time. Of a mover, only whether there is a unit to work in is asked.
func questions() []question {
	var all []question
	for i := range people {
		for _, permission := range allPermissions {
			for _, unit := range unitNames {
				all = append(all, right(person(i), string(permission), unit))
			}
		}
	}
	for i := range movers {
		all = append(all, right(mover(i), "write", "north", "south"))
	}
	for i := range askers {
		all = append(all, right(asker(i), "sign", "all"))
	}
	return append(all, right(visitor, "sign", unitNames...), right(visitor, "read", "all"))
}

// organization is what the test has stored of an organization, and what each of its states says. The catalog is that of both.
type organization struct {
	key       types.NamespacedName
	history   *history
	cache     *snapshot.Cache
	questions []question

	catalog *v1alpha1.PermissionCatalog
	// objects by kind and name. They are replaced, and never changed.
	objects map[string]client.Object
	// moves counts those of each mover.
	moves [movers]int
	// approved are the requests that give a role, as they were at the end of the last round.
	approved []v1alpha1.ApprovalRequest
	// decided are the requests that every approver has approved, and deciding those that may be.
	decided, deciding map[string]bool
}

func newOrganization(namespace string, catalog *v1alpha1.PermissionCatalog) *organization {
	q := questions()
	return &organization{
		key: types.NamespacedName{Namespace: namespace, Name: organizationName}, history: newHistory(q), questions: q,
		cache: snapshot.NewCache(snapshot.CacheOptions{}), catalog: catalog, objects: map[string]client.Object{},
		decided: map[string]bool{}, deciding: map[string]bool{},
	}
}

// id tells the objects of an organization apart.
func id(object client.Object) string { return fmt.Sprintf("%T %s", object, object.GetName()) }

// members are the objects with one of them replaced, which may be none.
func (o *organization) members(with client.Object, without string) *intake.Members {
	m := &intake.Members{Catalog: o.catalog, Requests: o.approved}
	all := make(map[string]client.Object, len(o.objects)+1)
	maps.Copy(all, o.objects)
	if with != nil {
		all[id(with)] = with
	}
	delete(all, without)
	for _, id := range slices.Sorted(keys(all)) {
		switch object := all[id].(type) {
		case *v1alpha1.PermissionCatalog:
			m.Catalog = object
		case *v1alpha1.Organization:
			m.Organization = object
		case *v1alpha1.OrganizationStructure:
			m.Structures = append(m.Structures, *object)
		case *v1alpha1.Role:
			m.Roles = append(m.Roles, *object)
		case *v1alpha1.UserGroup:
			m.Groups = append(m.Groups, *object)
		case *v1alpha1.ApprovalChain:
			m.Chains = append(m.Chains, *object)
		case *v1alpha1.UserAssignment:
			m.Assignments = append(m.Assignments, object)
		}
	}
	return m
}

// begin tells the history what a reader may see from now on: the state with an object replaced, or without another.
func (o *organization) begin(with client.Object, without string) {
	m := o.members(with, without)
	o.history.begin(o.answers(m))
	// When a request is approved, the manager says: the role is held in none or in each of the states since its decision.
	if len(o.deciding) > 0 {
		answers := o.answers(m)
		for i := range o.questions {
			for name := range o.deciding {
				answers[i] = answers[i] || strings.HasPrefix(o.questions[i].name, name+" may sign")
			}
		}
		o.history.begin(answers)
		o.history.begin(o.answers(m))
	}
}

// answers resolves objects and asks all questions.
func (o *organization) answers(m *intake.Members) []bool {
	doc := snapshot.Build(o.key, m).Resolution.Document
	if doc == nil {
		return make([]bool, len(o.questions))
	}
	index, err := engine.NewIndex(doc)
	if err != nil {
		panic(err)
	}
	return ask(index, o.questions)
}

func (o *organization) named(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: o.key.Namespace, Name: name}
}

func (o *organization) reference() v1alpha1.OrganizationReference {
	return v1alpha1.OrganizationReference{Name: organizationName}
}

func (o *organization) role(name string, held ...v1alpha1.PermissionName) *v1alpha1.Role {
	role := &v1alpha1.Role{ObjectMeta: o.named(name)}
	role.Spec.OrganizationRef = o.reference()
	role.Spec.Rules = []v1alpha1.Rule{{Permissions: held}}
	return role
}

func (o *organization) assignment(name, user string, grants ...v1alpha1.Grant) *v1alpha1.UserAssignment {
	assignment := &v1alpha1.UserAssignment{ObjectMeta: o.named(name)}
	assignment.Spec.OrganizationRef = o.reference()
	assignment.Spec.User = v1alpha1.UserID(user)
	assignment.Spec.Grants = grants
	return assignment
}

func (o *organization) crowd(i, members int) *v1alpha1.UserGroup {
	group := &v1alpha1.UserGroup{ObjectMeta: o.named(fmt.Sprintf("crowd-%d", i))}
	group.Spec.OrganizationRef = o.reference()
	group.Spec.Grants = []v1alpha1.Grant{grant("r0", "north")}
	group.Spec.Members = []v1alpha1.UserID{v1alpha1.UserID(person(i))}
	for j := range members {
		group.Spec.Members = append(group.Spec.Members, v1alpha1.UserID(fmt.Sprintf("member-%d-%03d@the-works-in-the-north.plant.example", i, j)))
	}
	return group
}

func (o *organization) structure(wardIn v1alpha1.Name) *v1alpha1.OrganizationStructure {
	structure := &v1alpha1.OrganizationStructure{ObjectMeta: o.named("units")}
	structure.Spec.OrganizationRef = o.reference()
	structure.Spec.Units = []v1alpha1.Unit{{Name: "all"}, {Name: "north", Parent: "all"}, {Name: "south", Parent: "all"}, {Name: "ward", Parent: wardIn}}
	return structure
}

func grant(role, unit string) v1alpha1.Grant {
	return v1alpha1.Grant{
		Name: v1alpha1.EntryName(role + "-" + unit), RoleRef: v1alpha1.RoleReference{Name: role},
		Scope: &v1alpha1.Scope{Units: []v1alpha1.Name{v1alpha1.Name(unit)}},
	}
}

// seat is what lets a mover work where the mover is now.
func (o *organization) seat(i int) (*v1alpha1.Role, *v1alpha1.UserAssignment) {
	name := fmt.Sprintf("%s-%d", mover(i), o.moves[i])
	return o.role(name, "write"), o.assignment(name, mover(i), grant(name, []string{"north", "south"}[o.moves[i]%2]))
}

// firstObjects are those of the first state.
func (o *organization) firstObjects() []client.Object {
	org := &v1alpha1.Organization{ObjectMeta: o.named(organizationName)}
	org.Spec.CatalogRef.Name = catalogName
	chain := &v1alpha1.ApprovalChain{ObjectMeta: o.named("roles")}
	chain.Spec.OrganizationRef = o.reference()
	chain.Spec.RequestType = "access"
	chain.Spec.Steps = []v1alpha1.ApprovalStep{{Name: "boss", Approvers: []v1alpha1.ApproverSelector{{
		Type: v1alpha1.ApproverTypeUsers, Users: []v1alpha1.UserReference{boss},
	}}}}
	chain.Spec.GrantPolicy = &v1alpha1.GrantPolicy{
		Roles:         v1alpha1.GrantableRoles{From: "Listed", RoleRefs: []v1alpha1.RoleReference{{Name: "signer"}}},
		Beneficiaries: []v1alpha1.GrantBeneficiary{v1alpha1.GrantToRequester}, MaxDurationSeconds: 86400, DefaultDurationSeconds: 86400,
	}
	all := []client.Object{org, o.structure("north"), o.role(guest, "read"), o.role("signer", "sign"), chain, o.assignment(boss, boss),
		o.assignment(visitor, visitor, grant(guest, "all"))}
	for _, name := range roleNames {
		all = append(all, o.role(name, "read"))
	}
	for i := range people {
		all = append(all, o.assignment(person(i), person(i), grant(roleNames[i%len(roleNames)], unitNames[i%len(unitNames)])))
	}
	for i := range movers {
		role, assignment := o.seat(i)
		all = append(all, role, assignment)
	}
	for i := range askers {
		all = append(all, o.assignment(asker(i), asker(i)))
	}
	for i := range crowds {
		all = append(all, o.crowd(i, 0))
	}
	return all
}

// newCatalog is the catalog, in which writing may imply reading.
func newCatalog(implies bool) *v1alpha1.PermissionCatalog {
	catalog := &v1alpha1.PermissionCatalog{ObjectMeta: metav1.ObjectMeta{Name: catalogName}}
	catalog.Spec.Sections = []v1alpha1.Section{{Name: "papers"}}
	for _, name := range allPermissions {
		catalog.Spec.Permissions = append(catalog.Spec.Permissions, v1alpha1.Permission{Name: name, Section: "papers"})
	}
	if implies {
		catalog.Spec.Permissions[1].Implies = []v1alpha1.PermissionName{"read"}
	}
	return catalog
}

// settle forgets what readers might have seen before: each of them has been seen to be where the stored objects are.
func (o *organization) settle(requests []v1alpha1.ApprovalRequest) {
	o.approved = requests
	o.begin(nil, "")
	o.history.settle()
}
