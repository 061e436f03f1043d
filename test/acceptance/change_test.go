// SPDX-License-Identifier: Apache-2.0

package acceptance

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
)

// administration is who may make a change of the sample, and whether.
type administration struct {
	Fact     string      `json:"fact"`
	Actor    string      `json:"actor"`
	Change   []operation `json:"change"`
	Expected bool        `json:"expected"`
}

// operation is one thing that is done to the manifests of a sample.
type operation struct {
	Op string `json:"op"`
	// User, role and name are whom and what it is done to.
	User, Role, Kind, Name string
	Scope                  *v1alpha1.Scope
	Dims                   map[string]any
	Until                  *metav1.Time
	Field, Permission      string
	Value                  any
	Effect                 string
	Members                []v1alpha1.UserID
	Permissions            []v1alpha1.PermissionName
	Inherits               []string
	Parent                 v1alpha1.Name
	Plan                   v1alpha1.Name
	Features               []v1alpha1.Name
	Label                  map[string]string
	Waiver                 *struct {
		Constraint string
		Users      []v1alpha1.UserReference
	}
}

// prescribedAdministration reads the changes that a system prescribes, and those that we prescribe besides.
func (s system) prescribedAdministration(tb testing.TB) []administration {
	tb.Helper()
	var all []administration
	for _, name := range []string{"prescribed.jsonl", "more.jsonl"} {
		text, err := os.ReadFile(s.testdata(filepath.Join("administration", name)))
		if err != nil {
			tb.Fatal(err)
		}
		for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
			decoder := json.NewDecoder(bytes.NewReader(lines.Bytes()))
			decoder.DisallowUnknownFields()
			var line administration
			if err := decoder.Decode(&line); err != nil {
				tb.Fatalf("%s: %v in %s", name, err, lines.Text())
			}
			all = append(all, line)
		}
	}
	return all
}

// changed applies operations to the objects of a sample, which it does not share with the result.
type changed struct {
	testing.TB
	system  system
	objects intake.Objects
}

func (s system) changed(tb testing.TB, objects *intake.Objects, operations []operation) intake.Objects {
	tb.Helper()
	c := changed{TB: tb, system: s, objects: intake.Objects{
		Catalogs: slices.Clone(objects.Catalogs), PlatformRoles: slices.Clone(objects.PlatformRoles),
		PlatformAssignments: slices.Clone(objects.PlatformAssignments), Organizations: slices.Clone(objects.Organizations),
		Structures: slices.Clone(objects.Structures), Roles: slices.Clone(objects.Roles), Assignments: slices.Clone(objects.Assignments),
		Groups: slices.Clone(objects.Groups), Chains: slices.Clone(objects.Chains),
	}}
	for i := range operations {
		c.apply(&operations[i])
	}
	return c.objects
}

func (c *changed) apply(o *operation) {
	switch o.Op {
	case "grant":
		a := c.assignment(o.User)
		a.Spec.Grants = append(a.Spec.Grants, c.grant(o, fmt.Sprintf("added-%d", len(a.Spec.Grants))))
	case "take":
		a := c.assignment(o.User)
		a.Spec.Grants = slices.DeleteFunc(a.Spec.Grants, func(g v1alpha1.Grant) bool { return g.RoleRef.Name == o.Role })
	case "profile":
		c.profile(c.assignment(o.User), o)
	case "state":
		c.assignment(o.User).Spec.State = v1alpha1.UserState(o.Value.(string))
	case "remove":
		c.objects.Assignments = slices.DeleteFunc(c.objects.Assignments, func(a *v1alpha1.UserAssignment) bool { return string(a.Spec.User) == o.User })
	case "override":
		a := c.assignment(o.User)
		a.Spec.Overrides = append(a.Spec.Overrides, v1alpha1.Override{
			Name: v1alpha1.EntryName(fmt.Sprintf("added-%d", len(a.Spec.Overrides))), Permission: v1alpha1.PermissionName(o.Permission),
			Effect: map[string]v1alpha1.OverrideEffect{"Grant": v1alpha1.EffectAllow, "Revoke": v1alpha1.EffectDeny}[o.Effect], Scope: c.scope(o),
		})
	case "group":
		c.group(o)
	case "role":
		c.role(o)
	case "unit":
		c.unit(o)
	case "subscribe":
		c.subscribe(o)
	default:
		c.Fatalf("there is no operation %q", o.Op)
	}
}

// assignment returns a copy of the assignment of a user in place of it, or a new one.
func (c *changed) assignment(user string) *v1alpha1.UserAssignment {
	for i, a := range c.objects.Assignments {
		if string(a.Spec.User) == user {
			c.objects.Assignments[i] = a.DeepCopy()
			return c.objects.Assignments[i]
		}
	}
	name, _, _ := strings.Cut(user, "@")
	organization := &c.objects.Organizations[0]
	c.objects.Assignments = append(c.objects.Assignments, &v1alpha1.UserAssignment{
		TypeMeta:   metav1.TypeMeta{APIVersion: v1alpha1.GroupVersion.String(), Kind: "UserAssignment"},
		ObjectMeta: metav1.ObjectMeta{Namespace: organization.Namespace, Name: name},
		Spec: v1alpha1.UserAssignmentSpec{
			OrganizationRef: v1alpha1.OrganizationReference{Name: organization.Name}, User: v1alpha1.UserID(user),
		},
	})
	return c.objects.Assignments[len(c.objects.Assignments)-1]
}

func (c *changed) grant(o *operation, name string) v1alpha1.Grant {
	grant := v1alpha1.Grant{Name: v1alpha1.EntryName(name), RoleRef: v1alpha1.RoleReference{Name: o.Role, Kind: v1alpha1.RoleKind(o.Kind)}, Scope: c.scope(o)}
	if o.Until != nil {
		grant.EndTime = o.Until
	}
	return grant
}

// scope returns the scope of an operation, with its dimensions.
func (c *changed) scope(o *operation) *v1alpha1.Scope {
	if o.Scope == nil && len(o.Dims) == 0 {
		return nil
	}
	scope := &v1alpha1.Scope{}
	if o.Scope != nil {
		scope = o.Scope.DeepCopy()
	}
	for name, values := range o.Dims {
		yes := true
		d := v1alpha1.DimensionScope{Name: v1alpha1.DimensionName(name)}
		if list, isList := values.([]any); isList {
			for _, value := range list {
				d.Values = append(d.Values, v1alpha1.DimensionValue(value.(string)))
			}
		} else {
			d.All = &yes
		}
		scope.Dimensions = append(scope.Dimensions, d)
	}
	return scope
}

func (c *changed) profile(a *v1alpha1.UserAssignment, o *operation) {
	attribute, isAttribute := strings.CutPrefix(o.Field, "attributes.")
	switch {
	case isAttribute:
		text, err := json.Marshal(o.Value)
		if err != nil {
			c.Fatal(err)
		}
		if a.Spec.Profile.Attributes == nil {
			a.Spec.Profile.Attributes = v1alpha1.Attributes{}
		}
		a.Spec.Profile.Attributes[attribute] = apiextensionsv1.JSON{Raw: text}
	case o.Field == "manager":
		a.Spec.Profile.Manager = v1alpha1.UserID(o.Value.(string))
	case o.Field == "homeUnit":
		a.Spec.Profile.HomeUnit = v1alpha1.Name(o.Value.(string))
	default:
		c.Fatalf("there is no field %q", o.Field)
	}
}

func (c *changed) group(o *operation) {
	organization := &c.objects.Organizations[0]
	at := slices.IndexFunc(c.objects.Groups, func(g v1alpha1.UserGroup) bool { return g.Name == o.Name })
	if at < 0 {
		at = len(c.objects.Groups)
		c.objects.Groups = append(c.objects.Groups, v1alpha1.UserGroup{
			TypeMeta:   metav1.TypeMeta{APIVersion: v1alpha1.GroupVersion.String(), Kind: "UserGroup"},
			ObjectMeta: metav1.ObjectMeta{Namespace: organization.Namespace, Name: o.Name},
			Spec:       v1alpha1.UserGroupSpec{OrganizationRef: v1alpha1.OrganizationReference{Name: organization.Name}},
		})
	}
	group := c.objects.Groups[at].DeepCopy()
	group.Spec.Members, group.Spec.DefaultMember = o.Members, ""
	if o.Role != "" {
		group.Spec.Grants = append(group.Spec.Grants, c.grant(o, "added"))
	}
	c.objects.Groups[at] = *group
}

func (c *changed) role(o *operation) {
	organization := &c.objects.Organizations[0]
	at := slices.IndexFunc(c.objects.Roles, func(r v1alpha1.Role) bool { return r.Name == o.Name })
	if at < 0 {
		at = len(c.objects.Roles)
		c.objects.Roles = append(c.objects.Roles, v1alpha1.Role{
			TypeMeta:   metav1.TypeMeta{APIVersion: v1alpha1.GroupVersion.String(), Kind: "Role"},
			ObjectMeta: metav1.ObjectMeta{Namespace: organization.Namespace, Name: o.Name},
			Spec:       v1alpha1.RoleSpec{OrganizationRef: v1alpha1.OrganizationReference{Name: organization.Name}},
		})
	}
	role := c.objects.Roles[at].DeepCopy()
	role.Spec.Rules = []v1alpha1.Rule{{Permissions: o.Permissions}}
	if o.Inherits != nil {
		role.Spec.Inherits = nil
		for _, name := range o.Inherits {
			role.Spec.Inherits = append(role.Spec.Inherits, v1alpha1.Inheritance{RoleRef: v1alpha1.RoleReference{Name: name}})
		}
	}
	c.objects.Roles[at] = *role
}

func (c *changed) unit(o *operation) {
	structure := c.objects.Structures[0].DeepCopy()
	added := v1alpha1.Unit{Name: v1alpha1.Name(o.Name), Parent: o.Parent}
	at := slices.IndexFunc(structure.Spec.Units, func(u v1alpha1.Unit) bool { return u.Name == added.Name })
	if at < 0 {
		structure.Spec.Units = append(structure.Spec.Units, added)
	} else {
		structure.Spec.Units[at].Parent = o.Parent
	}
	c.objects.Structures[0] = *structure
}

func (c *changed) subscribe(o *operation) {
	organization := c.objects.Organizations[0].DeepCopy()
	if o.Plan != "" {
		organization.Spec.Plan = o.Plan
	}
	organization.Spec.Features = append(organization.Spec.Features, o.Features...)
	for name, value := range o.Label {
		if organization.Labels == nil {
			organization.Labels = map[string]string{}
		}
		organization.Labels[name] = value
	}
	if o.Waiver != nil {
		organization.Spec.Waivers = append(organization.Spec.Waivers, v1alpha1.Waiver{
			Name: "added", ConstraintRef: v1alpha1.ConstraintReference{Name: v1alpha1.Name(o.Waiver.Constraint)}, Users: o.Waiver.Users,
			Owner: "owner@platform.example", Reason: "It is agreed.", EndTime: metav1.NewTime(clock().Add(24 * time.Hour)),
		})
	}
	c.objects.Organizations[0] = *organization
}
