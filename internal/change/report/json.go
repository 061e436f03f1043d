// SPDX-License-Identifier: Apache-2.0

package report

import (
	"slices"
	"strings"
	"time"

	"github.com/rolewright/rolewright/internal/change"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Schema names the format of the JSON. Fields may be added to it.
const Schema = "rolewright.dev/difference/v1"

// JSON is the differences of some organizations.
type JSON struct {
	// Schema is the constant of that name.
	Schema        string         `json:"schema"`
	Organizations []Organization `json:"organizations"`
}

// Organization is the difference of one organization. Lists that are empty are written.
type Organization struct {
	Namespace string  `json:"namespace"`
	Name      string  `json:"name"`
	Summary   Summary `json:"summary"`
	// Effects are what users gain and lose.
	Effects []Effect `json:"effects"`
	// Moved are types of resources that are kinds of units in one of the states only.
	Moved []Moved `json:"moved"`
	// Types are those of subjects and resources that differ.
	Types []TypeChange `json:"types"`
	// About are users about whom requests may be decided otherwise.
	About []AboutUsers `json:"about"`
	// Roles are those that hold or inherit something else.
	Roles      []Role   `json:"roles"`
	Violations Findings `json:"violations"`
	Coverage   Findings `json:"coverage"`
	Findings   Findings `json:"findings"`
	// Chains are those that differ, Approvers who would decide otherwise.
	Chains    []Chain    `json:"chains"`
	Approvers []Approver `json:"approvers"`
}

// Summary counts users, each once in each number.
type Summary struct {
	Gain   int `json:"gain"`
	Lose   int `json:"lose"`
	Either int `json:"either"`
}

// Effect is a change that some users have.
type Effect struct {
	// Kind is Gained, Widened, Altered, Narrowed or Lost.
	Kind        string   `json:"kind"`
	Permissions []string `json:"permissions"`
	Where       Where    `json:"where"`
	// Before and After are the conditions; absent where nothing is held.
	Before  *Condition `json:"before,omitempty"`
	After   *Condition `json:"after,omitempty"`
	Because []Cause    `json:"because"`
	Roles   []string   `json:"roles"`
	Users   []User     `json:"users"`
}

// User is one with an effect, and the grants and overrides by which they have it.
type User struct {
	ID      string   `json:"id"`
	Sources []string `json:"sources"`
}

// Where is a part of an organization.
type Where struct {
	Everywhere bool       `json:"everywhere,omitempty"`
	Units      []string   `json:"units,omitempty"`
	Only       []string   `json:"only,omitempty"`
	Resources  []Resource `json:"resources,omitempty"`
	NoUnit     bool       `json:"noUnit,omitempty"`
	Values     []Values   `json:"values,omitempty"`
	StartTime  *time.Time `json:"startTime,omitempty"`
	EndTime    *time.Time `json:"endTime,omitempty"`
}

// Values are values of one dimension.
type Values struct {
	Dimension string   `json:"dimension"`
	Values    []string `json:"values"`
	None      bool     `json:"none,omitempty"`
	Other     bool     `json:"other,omitempty"`
}

// Condition is on what condition something is held.
type Condition struct {
	Alternatives [][]string `json:"alternatives,omitempty"`
	Unless       []string   `json:"unless,omitempty"`
}

// Cause is something that changed.
type Cause struct {
	Kind string `json:"kind"`
	Name string `json:"name,omitempty"`
	Role string `json:"role,omitempty"`
	What string `json:"what"`
	// Reason is that of the finding because of which it counts for nothing in one of the states.
	Reason string `json:"reason,omitempty"`
}

// Moved is a type of resources that is the kind of a unit in one of the states only.
type Moved struct {
	Type string `json:"type"`
	// Kind is set if it is one after the change.
	Kind bool `json:"kind"`
}

// TypeChange is a change of the types of subjects, or of the resources that a permission is about.
type TypeChange struct {
	// Permission is empty if the words by which requests call users differ.
	Permission string `json:"permission,omitempty"`
	// Before and After are the types in the two states; a permission without any is about resources of all.
	Before []string `json:"before"`
	After  []string `json:"after"`
}

// AboutUsers are users about whom requests may be decided otherwise.
type AboutUsers struct {
	What string `json:"what"`
	// HomeBefore and HomeAfter are absent if the home unit is the same, or the user does not exist then.
	HomeBefore *Home    `json:"homeBefore,omitempty"`
	HomeAfter  *Home    `json:"homeAfter,omitempty"`
	Attributes []string `json:"attributes"`
	Users      []string `json:"users"`
}

// Home is where a user is at home: in the root, if it is neither a unit nor unknown.
type Home struct {
	Unit    string `json:"unit,omitempty"`
	Unknown bool   `json:"unknown,omitempty"`
}

// Resource is a resource that is a unit.
type Resource struct {
	Type string `json:"type"`
	ID   string `json:"id"`
}

// Role is a role that holds or inherits something else.
type Role struct {
	Name             string   `json:"name"`
	What             string   `json:"what"`
	Cells            []Cell   `json:"cells"`
	Administration   []Rule   `json:"administration"`
	Inherits         []string `json:"inherits"`
	NoLongerInherits []string `json:"noLongerInherits"`
}

// Rule is an administration rule that differs.
type Rule struct {
	Name string `json:"name"`
	What string `json:"what"`
}

// Cell is a permission that a role holds otherwise: alternatives as the matrix writes them.
type Cell struct {
	Permission string   `json:"permission"`
	Before     []string `json:"before"`
	After      []string `json:"after"`
}

// Findings began, ended, or have another message.
type Findings struct {
	Began   []Finding        `json:"began"`
	Ended   []Finding        `json:"ended"`
	Changed []ChangedFinding `json:"changed"`
}

// Finding is one thing that is found.
type Finding struct {
	Severity string `json:"severity"`
	Object   Object `json:"object"`
	Field    string `json:"field,omitempty"`
	Reason   string `json:"reason"`
	Message  string `json:"message"`
}

// Object is what a finding is about.
type Object struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name"`
}

// ChangedFinding is a finding with another message.
type ChangedFinding struct {
	Before Finding `json:"before"`
	After  Finding `json:"after"`
}

// Chain is an approval chain that differs.
type Chain struct {
	Name string `json:"name"`
	What string `json:"what"`
}

// Approver is who would decide a step otherwise.
type Approver struct {
	Chain      string            `json:"chain"`
	Step       string            `json:"step"`
	Where      *Where            `json:"where,omitempty"`
	Requesters []string          `json:"requesters,omitempty"`
	Role       string            `json:"role,omitempty"`
	Values     map[string]string `json:"values,omitempty"`
	Gained     []string          `json:"gained"`
	Lost       []string          `json:"lost"`
	Left       []string          `json:"left"`
}

// NewJSON returns differences as they are written as JSON. It is complete, whatever texts leave out.
func NewJSON(differences []*change.Difference) JSON {
	return JSON{Schema, each(differences, func(d **change.Difference) Organization { return organization(*d) })}
}

func organization(d *change.Difference) Organization {
	o := Organization{
		Namespace: d.Namespace, Name: d.Organization, Effects: each(d.Effects, effect), Roles: each(d.Roles, role),
		Types: each(d.Types, func(c *change.TypeChange) TypeChange {
			return TypeChange{c.Permission, slices.Concat([]string{}, c.Before), slices.Concat([]string{}, c.After)}
		}),
		About:      each(d.About, aboutJSON),
		Moved:      each(d.Moved, func(m *change.Moved) Moved { return Moved(*m) }),
		Violations: findings(&d.Violations), Coverage: findings(&d.Coverage), Findings: findings(&d.Findings),
		Chains:    each(d.Chains, func(c *change.ChainChange) Chain { return Chain{c.Chain, c.What} }),
		Approvers: each(d.Approvers, approverJSON),
	}
	o.Summary.Gain, o.Summary.Lose, o.Summary.Either = count(d)
	return o
}

// each converts a list, which is never nil then.
func each[F, T any](list []F, convert func(*F) T) []T {
	converted := make([]T, 0, len(list))
	for i := range list {
		converted = append(converted, convert(&list[i]))
	}
	return converted
}

func copied(names []string) []string { return append([]string{}, names...) }

func effect(e *change.Effect) Effect {
	return Effect{
		Kind: e.Kind.String(), Permissions: copied(e.Permissions), Where: whereJSON(&e.Where), Before: conditionJSON(e.Before),
		After: conditionJSON(e.After), Roles: copied(e.Roles),
		Because: each(e.Because, func(c *change.Cause) Cause { return Cause(*c) }),
		Users:   each(e.Users, func(u *change.AffectedUser) User { return User{u.ID, copied(u.Sources)} }),
	}
}

func whereJSON(w *change.Where) Where {
	encoded := Where{Everywhere: w.Everywhere, Units: w.Units, Only: w.Only, NoUnit: w.NoUnit}
	encoded.StartTime, encoded.EndTime = w.Window.StartTime, w.Window.EndTime
	for _, r := range w.Resources {
		encoded.Resources = append(encoded.Resources, Resource(r))
	}
	for _, v := range w.Values {
		encoded.Values = append(encoded.Values, Values{v.Dimension, copied(v.Values), v.None, v.Other})
	}
	return encoded
}

func conditionJSON(c *change.Condition) *Condition {
	if c == nil {
		return nil
	}
	return &Condition{c.Alternatives, c.Unless}
}

func aboutJSON(a *change.AboutUsers) AboutUsers {
	encoded := AboutUsers{What: a.What, Attributes: copied(a.Attributes), Users: copied(a.Users)}
	if differs := a.Before != a.After; differs || a.What != change.Changed {
		was, is := Home(a.Before), Home(a.After)
		if a.What != change.Added {
			encoded.HomeBefore = &was
		}
		if a.What != change.Removed {
			encoded.HomeAfter = &is
		}
	}
	return encoded
}

func role(r *change.RoleChange) Role {
	return Role{
		Name: r.Role, What: r.What, Administration: each(r.Administration, func(c *change.RuleChange) Rule { return Rule{c.Rule, c.What} }),
		Inherits: copied(r.Inherits), NoLongerInherits: copied(r.NoLongerInherits),
		Cells: each(r.Cells, func(c *change.CellChange) Cell {
			text := func(a *document.Alternative) string { return a.String() }
			return Cell{c.Permission, each(c.Before, text), each(c.After, text)}
		}),
	}
}

func findings(c *change.FindingChanges) Findings {
	return Findings{
		Began: each(c.Began, findingJSON), Ended: each(c.Ended, findingJSON),
		Changed: each(c.Changed, func(f *change.FindingChange) ChangedFinding {
			return ChangedFinding{findingJSON(&f.Before), findingJSON(&f.After)}
		}),
	}
}

func findingJSON(f *resolve.Finding) Finding {
	return Finding{
		Severity: f.Severity.String(), Object: Object{f.Object.Kind, f.Object.Namespace, f.Object.Name},
		Field: f.Field, Reason: f.Reason, Message: strings.TrimSpace(f.Message),
	}
}

func approverJSON(a *change.ApproverChange) Approver {
	encoded := Approver{
		Chain: a.Chain, Step: a.Step, Requesters: a.Requesters, Role: a.Role, Values: a.Values,
		Gained: copied(a.Gained), Lost: copied(a.Lost), Left: copied(a.Left),
	}
	if len(a.Requesters) == 0 {
		where := whereJSON(&a.Where)
		encoded.Where = &where
	}
	return encoded
}
