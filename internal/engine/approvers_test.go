// SPDX-License-Identifier: Apache-2.0

package engine_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Pools of random chains. The name that ends in 9 is never declared.
var (
	chainUsers  = []string{"u1", "u2", "u3", "u4", "u5", "u6"}
	chainUnits  = []string{"root", "n1", "n2", "n3", "n4"}
	chainRoles  = []string{"r1", "r2", "r3"}
	chainShifts = []string{"day", "night"}
)

func drawDocument(t *rapid.T) *document.Document {
	d := &document.Document{
		Schema: document.Schema, Organization: "o", Catalog: "c",
		Permissions: map[string]document.Permission{"bypass": {}},
		Units:       map[string]document.Unit{"root": {Kind: "site"}},
		UnitGroups:  map[string][]string{"g1": rapid.SliceOfN(rapid.SampledFrom(chainUnits), 0, 2).Draw(t, "unit group")},
		Roles: map[string]document.Role{
			"r1": {Permissions: map[string][]document.Alternative{"bypass": {{}}}}, "r2": {Inherits: []string{"r1"}}, "r3": {Inherits: []string{"r1", "r2"}},
		},
		Groups: map[string]document.Group{"g1": {
			Members: rapid.SliceOfNDistinct(rapid.SampledFrom(chainUsers), 0, 3, rapid.ID).Draw(t, "members"),
			Default: rapid.SampledFrom(chainUsers).Draw(t, "default"),
		}},
		Users: map[string]document.User{},
	}
	if rapid.Bool().Draw(t, "has shifts") {
		d.Dimensions = map[string][]string{"shift": chainShifts}
	}
	for i, name := range chainUnits[1:] {
		d.Units[name] = document.Unit{
			Kind: rapid.SampledFrom([]string{"ward", "floor"}).Draw(t, "kind"), Parent: chainUnits[rapid.IntRange(0, i).Draw(t, "parent")],
		}
	}
	for _, id := range chainUsers {
		u := document.User{Suspended: rapid.IntRange(0, 7).Draw(t, "suspended") == 0}
		if rapid.Bool().Draw(t, "has manager") {
			u.Manager = rapid.SampledFrom(append([]string{"u9"}, chainUsers...)).Draw(t, "manager")
		}
		for range rapid.IntRange(0, 2).Draw(t, "grants") {
			u.Grants = append(u.Grants, drawGrant(t))
		}
		if rapid.IntRange(0, 3).Draw(t, "overridden") == 0 {
			g := drawGrant(t)
			u.Overrides = []document.Override{{
				Permission: "bypass", Deny: rapid.Bool().Draw(t, "denied"), Scope: g.Scope, Window: g.Window,
			}}
		}
		d.Users[id] = u
	}
	return d
}

func drawGrant(t *rapid.T) document.Grant {
	g := document.Grant{Role: rapid.SampledFrom(chainRoles).Draw(t, "role")}
	switch rapid.IntRange(0, 3).Draw(t, "scope") {
	case 0:
		g.Everywhere = true
	case 1:
		g.UnitGroups = []string{"g1"}
	default:
		g.Units = rapid.SliceOfN(rapid.SampledFrom(append([]string{"n9"}, chainUnits...)), 1, 2).Draw(t, "units")
	}
	switch rapid.IntRange(0, 3).Draw(t, "shift") {
	case 0:
		g.Dimensions = map[string]document.Values{"shift": {Values: []string{rapid.SampledFrom([]string{"day", "night", "noon"}).Draw(t, "value")}}}
	case 1:
	default:
		g.Dimensions = map[string]document.Values{"shift": {All: true}}
	}
	bound := clock.Add(time.Duration(rapid.IntRange(-1, 1).Draw(t, "bound")) * time.Hour)
	switch rapid.IntRange(0, 4).Draw(t, "window") {
	case 0:
		g.StartTime = &bound
	case 1:
		g.EndTime = &bound
	}
	return g
}

func drawApprovers(t *rapid.T, label string, least int) []document.Approver {
	one := rapid.Custom(func(t *rapid.T) document.Approver {
		drawn := drawApprover(t)
		drawn.RequiredPermission = rapid.SampledFrom([]string{"", "", "", "bypass", "nothing"}).Draw(t, "required")
		return drawn
	})
	return rapid.SliceOfN(one, least, 3).Draw(t, label)
}

func drawApprover(t *rapid.T) document.Approver {
	held := rapid.SampledFrom(append([]string{"r9"}, chainRoles...)).Draw(t, "held")
	match := rapid.SampledFrom([]string{"", document.MatchExact, "Other"}).Draw(t, "match")
	lineOf := rapid.SampledFrom([]string{"", "", document.LineOfBeneficiary, document.LineOfBeneficiary, "Other"}).Draw(t, "line of")
	switch rapid.IntRange(0, 7).Draw(t, "type") {
	case 0:
		return document.Approver{Type: document.ApproverTypeUsers, Users: rapid.SliceOfN(rapid.SampledFrom(append([]string{"u9"}, chainUsers...)), 1, 3).Draw(t, "users")}
	case 1:
		return document.Approver{Type: document.ApproverTypeGroup, Group: rapid.SampledFrom([]string{"g1", "g9"}).Draw(t, "group")}
	case 2:
		return document.Approver{Type: document.ApproverTypeManager, Manager: &document.ManagerApprover{
			LineOf: lineOf, Level: rapid.IntRange(0, 3).Draw(t, "level"),
		}}
	case 3:
		return document.Approver{Type: document.ApproverTypeManagerWithRole, ManagerWithRole: &document.ManagerWithRoleApprover{
			LineOf: lineOf, Role: held, Match: match, AboveLevel: rapid.IntRange(0, 2).Draw(t, "above"),
		}}
	case 4:
		return document.Approver{Type: document.ApproverTypePermission, Permission: rapid.SampledFrom([]string{"bypass", "bypass", "nothing", ""}).Draw(t, "permission")}
	case 5:
		// What belongs to another type, or to none, names nobody.
		return document.Approver{
			Type: rapid.SampledFrom([]string{
				"", "Other", document.ApproverTypeRole, document.ApproverTypePermission, document.ApproverTypeGroup, document.ApproverTypeManager, document.ApproverTypeManagerWithRole,
			}).Draw(t, "other type"), Users: chainUsers,
		}
	default:
		return document.Approver{Type: document.ApproverTypeRole, Role: &document.RoleApprover{
			Role: held, Match: match, NearestUnitKind: rapid.SampledFrom([]string{"", "", "ward", "site", "moon"}).Draw(t, "kind"),
		}}
	}
}

// plainly answers from the document what the index answers, the long way round.
type plainly struct {
	*document.Document
	input *access.ApprovalInput
}

func (p plainly) active(id string) bool {
	u, known := p.Users[id]
	return known && !u.Suspended
}

func (p plainly) own(id string) bool {
	return id == p.input.Requester || id == p.input.Beneficiary
}

// replaced is the beneficiary who would decide if the request were not theirs.
func (p plainly) replaced(approvers []document.Approver) string {
	beneficiary := p.input.Beneficiary
	for i := range approvers {
		if beneficiary != "" && beneficiary != p.input.Requester && p.active(beneficiary) && slices.Contains(p.listed(&approvers[i]), beneficiary) {
			return beneficiary
		}
	}
	return ""
}

func (p plainly) ancestors(unit string) []string {
	var line []string
	for ; unit != ""; unit = p.Units[unit].Parent {
		line = append(line, unit)
	}
	return line
}

func (p plainly) covers(g *document.Grant, unit string) bool {
	named := slices.Clone(g.Units)
	for _, group := range g.UnitGroups {
		named = append(named, p.UnitGroups[group]...)
	}
	if !g.Everywhere && !slices.ContainsFunc(p.ancestors(unit), func(u string) bool { return slices.Contains(named, u) }) {
		return false
	}
	for name := range p.Dimensions {
		value, present := p.input.Attributes[name]
		entry := g.Dimensions[name]
		if !entry.All && (!present || !slices.Contains(entry.Values, value.(string))) {
			return false
		}
	}
	return (g.StartTime == nil || !clock.Before(*g.StartTime)) && (g.EndTime == nil || clock.Before(*g.EndTime))
}

func (p plainly) holds(id, role string, exactly bool, unit string) bool {
	for _, g := range p.Users[id].Grants {
		same := g.Role == role || !exactly && slices.Contains(p.Roles[g.Role].Inherits, role)
		if same && p.covers(&g, unit) {
			return true
		}
	}
	return false
}

func (p plainly) unit() string {
	if p.input.Unit == "" {
		return "root"
	}
	return p.input.Unit
}

// may reports whether a user holds the one permission that there is.
func (p plainly) may(id, permission string) bool {
	allowed := permission == "bypass" && p.holds(id, "r1", true, p.unit())
	for i := range p.Users[id].Overrides {
		o := &p.Users[id].Overrides[i]
		scope := o.Scope
		if _, limited := scope.Dimensions["shift"]; o.Deny && !limited {
			scope.Dimensions = map[string]document.Values{"shift": {All: true}}
		}
		if !p.covers(&document.Grant{Scope: scope, Window: o.Window}, p.unit()) || o.Permission != permission {
			continue
		}
		if o.Deny {
			return false
		}
		allowed = true
	}
	return allowed && p.active(id)
}

func (p plainly) listed(a *document.Approver) []string {
	return slices.DeleteFunc(slices.Clone(p.selected(a)), func(id string) bool {
		return a.RequiredPermission != "" && !p.may(id, a.RequiredPermission)
	})
}

func (p plainly) selected(a *document.Approver) []string {
	switch {
	case a.Type == "Permission":
		return slices.DeleteFunc(slices.Sorted(maps.Keys(p.Users)), func(id string) bool { return !p.may(id, a.Permission) })
	case a.Type == "Role" && a.Role != nil:
		unit := p.unit()
		if kind := a.Role.NearestUnitKind; kind != "" {
			line := p.ancestors(unit)
			nearest := slices.IndexFunc(line, func(u string) bool { return p.Units[u].Kind == kind })
			if nearest < 0 {
				return nil
			}
			unit = line[nearest]
		}
		return slices.DeleteFunc(slices.Sorted(maps.Keys(p.Users)), func(id string) bool { return !p.holds(id, a.Role.Role, a.Role.Match != "", unit) })
	case a.Type == "Manager" && a.Manager != nil:
		return p.manager(a.Manager.LineOf, func(level int, id string) bool {
			return a.Manager.Level > 0 && level >= a.Manager.Level && !p.own(id)
		})
	case a.Type == "ManagerWithRole" && a.ManagerWithRole != nil:
		m := a.ManagerWithRole
		return p.manager(m.LineOf, func(level int, id string) bool {
			return level > m.AboveLevel && !p.own(id) && p.active(id) && p.holds(id, m.Role, m.Match != "", p.unit())
		})
	case a.Type == "Group":
		members := p.Groups[a.Group].Members
		first := slices.DeleteFunc(slices.Clone(members), func(id string) bool { return id != p.Groups[a.Group].Default })
		return append(first, members...)
	case a.Type == "Users":
		return a.Users
	}
	return nil
}

func (p plainly) manager(lineOf string, fits func(level int, id string) bool) []string {
	id := p.input.Requester
	switch {
	case lineOf != "" && lineOf != "Beneficiary":
		return nil
	case lineOf == "Beneficiary" && p.input.Beneficiary != "":
		id = p.input.Beneficiary
	}
	line := []string{id}
	for {
		above := p.Users[line[len(line)-1]].Manager
		if _, known := p.Users[above]; !known || slices.Contains(line, above) {
			break
		}
		line = append(line, above)
	}
	for level, id := range line[1:] {
		if fits(level+1, id) {
			return []string{id}
		}
	}
	return nil
}

func (p plainly) approvers(approvers []document.Approver) []string {
	var names []string
	for i := range approvers {
		for _, id := range p.listed(&approvers[i]) {
			if !p.own(id) && p.active(id) && !slices.Contains(names, id) {
				names = append(names, id)
			}
		}
	}
	return names
}

// TestApproversPlainly compares who may approve with what the document says.
func TestApproversPlainly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc := drawDocument(t)
		x, err := engine.NewIndex(doc, engine.WithClock(func() time.Time { return clock }))
		if err != nil {
			t.Fatal(err)
		}
		s := &access.ApprovalInput{
			RequestType: "order", Requester: rapid.SampledFrom(chainUsers).Draw(t, "requester"),
			Beneficiary: rapid.SampledFrom(append([]string{"", ""}, chainUsers...)).Draw(t, "beneficiary"),
			Unit:        rapid.SampledFrom(append([]string{""}, chainUnits...)).Draw(t, "unit"),
		}
		if rapid.Bool().Draw(t, "has a shift") {
			s.Attributes = map[string]any{"shift": rapid.SampledFrom(chainShifts).Draw(t, "shift")}
		}
		p := plainly{doc, s}
		step := document.Step{
			Name: "s", Approvers: drawApprovers(t, "approvers", 1), Fallback: drawApprovers(t, "fallback", 0),
			Timeouts: []document.StepTimeout{{AfterSeconds: 5, Action: "Escalate", Approvers: drawApprovers(t, "escalation", 1)}},
		}
		chain := &document.Chain{RequestType: "order", Steps: []document.Step{step}}
		route, err := x.ApprovalPlan(chain, s)
		if known := p.active(s.Requester) && (s.Beneficiary == "" || p.active(s.Beneficiary)); !known {
			if err == nil || x.MayDecide(step.Approvers, s, "u1") || x.FilterEligible(step.Approvers, s, chainUsers) != nil {
				t.Fatalf("someone may decide on what nobody may ask: %v", err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		want := access.PlanStep{
			Name: "s", Disposition: access.DispositionAsked, Approvers: p.approvers(step.Approvers), Fallback: p.approvers(step.Fallback),
			Escalations: [][]string{p.approvers(step.Timeouts[0].Approvers)}, Replaced: p.replaced(step.Approvers),
		}
		if !reflect.DeepEqual(route.Steps[0], want) {
			t.Fatalf("%+v may decide; want %+v", route.Steps[0], want)
		}
		still := x.FilterEligible(step.Approvers, s, chainUsers)
		for _, id := range append([]string{"u9", ""}, chainUsers...) {
			may := slices.Contains(want.Approvers, id)
			if x.MayDecide(step.Approvers, s, id) != may || slices.Contains(still, id) != may {
				t.Fatalf("of %s it is said that they may decide: %v; want %v", id, !may, may)
			}
		}
		bypass := p.may(s.Requester, "bypass")
		if x.HasPermission(s, s.Requester, "bypass") != bypass {
			t.Fatalf("may bypass: %v, want %v", !bypass, bypass)
		}
	})
}

// TestCoveragePlainly compares coverage with who may approve, place by place, for any requester.
func TestCoveragePlainly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc := drawDocument(t)
		x, err := engine.NewIndex(doc, engine.WithClock(func() time.Time { return clock }))
		if err != nil {
			t.Fatal(err)
		}
		step := document.Step{
			Name: "s", Approvers: drawApprovers(t, "approvers", 1), Fallback: drawApprovers(t, "fallback", 0), ApprovalMode: document.ApprovalCount,
			RequiredApprovals: rapid.IntRange(0, 3).Draw(t, "required"), RequiredDenials: rapid.IntRange(0, 3).Draw(t, "denials"),
		}
		needs, denials := max(1, step.RequiredApprovals), max(1, step.RequiredDenials)
		got := x.Coverage(&document.Chain{Steps: []document.Step{step}})[0]
		both := slices.Concat(step.Approvers, step.Fallback)
		managerBased := slices.ContainsFunc(both, func(a document.Approver) bool {
			switch {
			case a.Type == "Manager" && a.Manager != nil:
				return a.Manager.LineOf != "Other" && a.Manager.Level > 0
			case a.Type == "ManagerWithRole" && a.ManagerWithRole != nil:
				return a.ManagerWithRole.LineOf != "Other"
			}
			return false
		})
		lineless := slices.DeleteFunc(slices.Clone(both), func(a document.Approver) bool { return a.Manager != nil })
		everybody, uncovered, single, short, undecidable := map[string]bool{}, []string{}, []string{}, []string{}, []string{}
		withoutManagers := func(all []document.Approver) []document.Approver {
			return slices.DeleteFunc(slices.Clone(all), func(a document.Approver) bool { return a.Manager != nil })
		}
		shifts := []string{""}
		if doc.Dimensions != nil {
			shifts = append(shifts, chainShifts...)
		}
		for unit := range doc.Units {
			for _, shift := range shifts {
				p := plainly{doc, &access.ApprovalInput{Unit: unit}}
				place := unit
				if shift != "" {
					p.input.Attributes, place = map[string]any{"shift": shift}, unit+", shift "+shift
				}
				who := p.approvers(lineless)
				for _, id := range who {
					everybody[id] = true
				}
				switch {
				case managerBased || shift == "" && doc.Dimensions != nil:
				case needs > 1 || denials > 1:
					if who = p.approvers(withoutManagers(step.Approvers)); len(who) == 0 {
						who = p.approvers(withoutManagers(step.Fallback))
					}
					switch n := len(who); {
					case n == 0:
						uncovered = append(uncovered, place)
					case n < needs:
						short = append(short, place)
					case mayStandOpen(n, needs, denials):
						undecidable = append(undecidable, place)
					case n == needs:
						single = append(single, place+" ("+strings.Join(who, ", ")+")")
					}
				case len(who) == 0:
					uncovered = append(uncovered, place)
				case len(who) == 1:
					single = append(single, place+" ("+who[0]+")")
				}
			}
		}
		if got.ManagerBased != managerBased || got.Approvers != len(everybody) {
			t.Fatalf("%d approvers, manager-based %v; want %v, %v", got.Approvers, got.ManagerBased, everybody, managerBased)
		}
		for _, c := range []struct {
			got  []access.Gap
			want []string
		}{{got.Uncovered, uncovered}, {got.Single, single}, {got.Short, short}, {got.Undecidable, undecidable}} {
			named := []string{}
			for _, gap := range c.got {
				named = append(named, gap.String())
			}
			slices.Sort(named)
			slices.Sort(c.want)
			if !slices.Equal(named, c.want) {
				t.Fatalf("the places are %s; want %s", strings.Join(named, "; "), strings.Join(c.want, "; "))
			}
		}
	})
}

// mayStandOpen tries every way in which some users may vote.
func mayStandOpen(users, needs, denials int) bool {
	for approvals := range users + 1 {
		if approvals < needs && users-approvals < denials {
			return true
		}
	}
	return false
}

// TestTurns: time changes who may approve at the bounds of windows of those concerned and of the lines above them.
func TestTurns(t *testing.T) {
	at := func(hours int) *time.Time {
		bound := clock.Add(time.Duration(hours) * time.Hour)
		return &bound
	}
	doc := documentOf(map[string]document.User{
		"ann": {Manager: "max"},
		"max": {Manager: "mia", Grants: []document.Grant{{Role: "r1", Window: document.Window{StartTime: at(3)}}}},
		"mia": {Overrides: []document.Override{{Permission: "bypass", Window: document.Window{EndTime: at(5)}}}},
		"ben": {Grants: []document.Grant{{Role: "r1", Window: document.Window{StartTime: at(1), EndTime: at(3)}}, {Role: "r2"}}},
		"eve": {Grants: []document.Grant{{Role: "r1", Window: document.Window{EndTime: at(4)}}}},
	})
	x := index(t, doc, clock)
	var hours []int
	for _, turn := range x.Transitions(&access.ApprovalInput{Requester: "ann"}, []string{"ben", "zoe"}) {
		hours = append(hours, int(turn.Sub(clock).Hours()))
	}
	if !slices.Equal(hours, []int{1, 3, 5}) {
		t.Errorf("the turns are after %v hours", hours)
	}
}

func documentOf(users map[string]document.User) *document.Document {
	return &document.Document{
		Schema: document.Schema, Organization: "o", Catalog: "c", Permissions: map[string]document.Permission{"bypass": {}},
		Units: map[string]document.Unit{"root": {}}, Roles: map[string]document.Role{"r1": {}, "r2": {}}, Users: users,
	}
}
