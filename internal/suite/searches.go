// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"slices"
	"strings"

	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// asks says in a few words what the row asks.
func (s *search) asks() string {
	var text string
	switch {
	case s.WhoCan != "":
		text = "who can " + s.WhoCan
	case s.WhatCan != "":
		text = "what can " + s.WhatCan
	default:
		text = "where can " + s.WhereCan + " " + s.Permission
	}
	if len(s.Resource.names) > 0 {
		text += " on " + few(s.Resource.names)
	}
	if s.In != "" {
		text += " in " + s.In
	}
	if s.When != "" {
		text += " at " + s.When
	}
	return text
}

// run searches, and compares what is found.
func (s *search) run(a *asked) {
	problems := len(a.runner.result.Problems)
	var in list
	if s.In != "" {
		in = list{s.In}
	}
	things := a.things(s.Resource, in, s.Properties)
	now := a.runner.moment(a.path+".when", s.When)
	request := &access.Request{Context: s.Context}
	if action := s.WhoCan + s.Permission; action != "" {
		a.names.permission(a.path+"."+s.actionKey(), action)
		request.Action.Name = action
	}
	if who := s.WhatCan + s.WhereCan; who != "" {
		subject := a.names.user(a.path+"."+s.userKey(), who)
		request.Subject = access.Subject{Type: subject.Type, ID: subject.ID, Properties: subject.Properties}
	} else {
		request.Subject.Type = a.of.document.EffectiveSubjectTypes()[0]
	}
	expected := s.expectations(a)
	if len(a.runner.result.Problems) > problems {
		return
	}
	for i := range things {
		request.Resource = things[i].resource
		found := s.find(a, request, now)
		for _, e := range expected {
			a.check(s.question(&things[i], now), e.text, e.answer(found), func() string { return s.why(a, request, now, found, e.names) })
		}
	}
}

func (s *search) actionKey() string {
	if s.WhoCan != "" {
		return "whoCan"
	}
	return "permission"
}

func (s *search) userKey() string {
	if s.WhatCan != "" {
		return "whatCan"
	}
	return "whereCan"
}

func (s *search) question(t *thing, now moment) string {
	plain := *s
	plain.Resource, plain.In, plain.When = resources{}, "", ""
	return plain.asks() + t.text() + now.text()
}

// find searches, and counts what the answers exercised.
func (s *search) find(a *asked, request *access.Request, now moment) []string {
	index, coverage := a.of.at(now.at), a.runner.options.Coverage
	explain := func(request access.Request) {
		explanation := index.Explain(&request)
		coverage.decided(a.of, &request, &explanation)
	}
	var names []string
	switch {
	case s.WhoCan != "":
		for user := range index.WhoCan(request, "") {
			names = append(names, a.runner.called(user))
			asked := *request
			asked.Subject.ID = user
			explain(asked)
		}
	case s.WhatCan != "":
		for permission := range index.WhatCan(request, "") {
			names = append(names, permission)
			asked := *request
			asked.Action.Name = permission
			explain(asked)
		}
	default:
		for _, place := range index.Where(request) {
			names = append(names, placeText(&place))
		}
	}
	slices.Sort(names)
	return names
}

// placeText writes a place as suites do.
func placeText(p *access.Place) string {
	alternatives := make([]string, len(p.Alternatives))
	for i, qualifiers := range p.Alternatives {
		alternatives[i] = strings.Join(qualifiers, "+")
	}
	return found{Name: p.Unit, If: strings.Join(alternatives, "|"), Unless: p.Unless}.String()
}

// called returns the name by which the suite calls a user, or the id.
func (r *runner) called(id string) string {
	if r.callers == nil {
		r.callers = map[string]string{}
		for name, user := range r.file.Users {
			if other, known := r.callers[user.ID]; !known || name < other {
				r.callers[user.ID] = name
			}
		}
	}
	if name, known := r.callers[id]; known {
		return name
	}
	return id
}

// expectation is what should be found.
type expectation struct {
	text   string
	names  []string
	answer func(found []string) string
}

// expectations reads what should be found, and looks up every name.
func (s *search) expectations(a *asked) []expectation {
	var all []expectation
	if s.Exactly != nil {
		names := make([]string, 0, len(*s.Exactly))
		for i := range *s.Exactly {
			f := &(*s.Exactly)[i]
			names = append(names, s.known(a, "exactly", f))
		}
		slices.Sort(names)
		all = append(all, expectation{listed(names), names, listed})
	}
	for _, part := range []struct {
		key    string
		names  list
		wanted bool
	}{{"includes", s.Includes, true}, {"excludes", s.Excludes, false}} {
		for _, name := range part.names {
			name := s.known(a, part.key, &found{Name: name})
			text := among(name, nil)
			if part.wanted {
				text = among(name, list{name})
			}
			all = append(all, expectation{text, []string{name}, func(found []string) string { return among(name, found) }})
		}
	}
	return all
}

// known looks up what should be found, and returns it as it is shown.
func (s *search) known(a *asked, key string, f *found) string {
	path := a.path + "." + key
	switch {
	case s.WhoCan != "":
		return a.runner.called(a.names.user(path, f.Name).ID)
	case s.WhatCan != "":
		a.names.permission(path, f.Name)
		return f.Name
	}
	a.names.unit(path, f.Name)
	for _, alternative := range strings.FieldsFunc(f.If, func(r rune) bool { return r == '|' || r == '+' }) {
		find(a.names, path, "qualifier", alternative, a.names.document.Qualifiers)
	}
	for _, name := range f.Unless {
		find(a.names, path, "prohibition", name, a.names.document.Prohibitions)
	}
	return f.String()
}

// why explains the first difference between what is found and what is wanted, where that is a user or a permission.
func (s *search) why(a *asked, request *access.Request, now moment, found, wanted []string) string {
	if s.WhereCan != "" {
		return ""
	}
	for _, lists := range [][2][]string{{wanted, found}, {found, wanted}} {
		for _, name := range lists[0] {
			if slices.Contains(lists[1], name) && len(wanted) > 1 {
				continue
			}
			asked := *request
			if s.WhoCan != "" {
				asked.Subject.ID = a.names.user(a.path, name).ID
			} else {
				asked.Action.Name = name
			}
			explanation := a.of.at(now.at).Explain(&asked)
			return name + ": " + because(&explanation)
		}
	}
	return ""
}

// listed lists names.
func listed(names []string) string {
	if len(names) == 0 {
		return "nothing"
	}
	return strings.Join(names, ", ")
}
