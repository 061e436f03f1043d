// SPDX-License-Identifier: Apache-2.0

package change_test

import (
	"time"

	"github.com/rolewright/rolewright/internal/model"
)

var clock = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

func object(kind, name string) model.Object {
	return model.Object{Ref: model.Ref{Kind: kind, Namespace: "care", Name: name}}
}

func roleRef(name string) model.RoleRef { return model.RoleRef{Kind: model.KindRole, Name: name} }

func grant(name, role string, units ...string) model.Grant {
	g := model.Grant{Name: name, Role: roleRef(role), Scope: model.Scope{Units: units}}
	if len(units) == 0 {
		g.Scope.Everywhere = true
	}
	return g
}

func assignment(user string, grants ...model.Grant) model.Assignment {
	return model.Assignment{Object: object(model.KindAssignment, user), User: user, Grants: grants}
}

func rule(qualifier string, permissions ...string) model.Rule {
	r := model.Rule{Selector: model.Selector{Permissions: permissions}}
	if qualifier != "" {
		r.Qualifiers = []string{qualifier}
	}
	return r
}

// clinic is a small organization, made again for each test.
func clinic() *model.World {
	return &model.World{
		Namespace: "care", Name: "clinic",
		Catalog: &model.Catalog{
			Object: object(model.KindCatalog, "care"), Sections: []string{"s"}, Features: []string{"export"}, Entitlements: []string{"reports"},
			Permissions: []model.Permission{
				{Name: "chart.read", Section: "s"}, {Name: "chart.write", Section: "s"}, {Name: "chart.sign", Section: "s"},
				{Name: "chart.export", Section: "s", RequiredFeatures: []string{"export"}}, {Name: "staff.rate", Section: "s"},
			},
			Qualifiers: []model.Qualifier{
				{Name: "assigned", Expression: "resource.properties.nurse == subject.id"},
				{Name: "senior", Expression: "subject.properties.level > 3"},
				{Name: "open", Expression: "resource.unit.open"},
				{Name: "own-staff", Expression: "directory.isAbove(subject.id, resource.id)"},
			},
		},
		Organization: &model.Organization{Object: object(model.KindOrganization, "clinic"), Catalog: "care"},
		Structures: []model.Structure{{
			Object: object(model.KindStructure, "clinic"),
			Units: []model.Unit{
				{Name: "house", Kind: "house"}, {Name: "er", Kind: "ward", Parent: "house", Attributes: model.Attributes{"open": true}},
				{Name: "icu", Kind: "ward", Parent: "house"}, {Name: "icu-1", Kind: "room", Parent: "icu"},
			},
			UnitGroups: []model.UnitGroup{{Name: "acute", Units: []string{"er"}}},
		}},
		Roles: []model.Role{
			{Object: object(model.KindRole, "nurse"), Rules: []model.Rule{rule("", "chart.read"), rule("assigned", "chart.write"), rule("open", "chart.sign")}},
			{
				Object: object(model.KindRole, "doctor"), Rules: []model.Rule{rule("senior", "chart.sign"), rule("", "chart.export")},
				Inherits: []model.Inheritance{{Role: roleRef("nurse")}},
			},
			{Object: object(model.KindRole, "lead"), Rules: []model.Rule{rule("own-staff", "staff.rate")}},
		},
		Assignments: []model.Assignment{
			assignment("ann", grant("nurse", "nurse", "icu")), assignment("ben", grant("nurse", "nurse", "icu")),
			assignment("cem", grant("doctor", "doctor")), assignment("dia", grant("lead", "lead")),
			assignment("eva", model.Grant{Name: "nurse", Role: roleRef("nurse"), Scope: model.Scope{Groups: []string{"acute"}}}),
		},
		Chains: []model.Chain{},
	}
}
