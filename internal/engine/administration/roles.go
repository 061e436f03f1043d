// SPDX-License-Identifier: Apache-2.0

package administration

import (
	"iter"
	"slices"
	"sync"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Roles are the roles of a document, with what their administration rules reach: it is found once for each role, however many users and
// grants are asked about. They are safe for concurrent use.
type Roles struct {
	doc *document.Document
	// known holds *roleRules by the names of roles.
	known sync.Map
}

// roleRules are the rules of a role, its own and inherited.
type roleRules struct {
	// rules are held by no grant yet.
	rules []Held
	// reached are the roles that a holder may give to anyone, and those that rank no higher.
	reached func() map[string]bool
}

// NewRoles returns the roles of a document, which must not change.
func NewRoles(doc *document.Document) *Roles { return &Roles{doc: doc} }

// HeldBy returns the administration rules that grants of the document give, at whatever time.
func (r *Roles) HeldBy(grants iter.Seq[*document.Grant]) []Held {
	var held []Held
	for grant := range grants {
		rules := r.of(grant.Role).rules
		held = slices.Grow(held, len(rules))
		for i := range rules {
			h := rules[i]
			h.Source, h.Place, h.Window = grant.Source, Place{r.doc, &grant.Scope}, grant.Window
			held = append(held, h)
		}
	}
	return held
}

// HeldEverywhere returns the administration rules of those who hold a role everywhere.
func (r *Roles) HeldEverywhere(role string) []Held {
	return r.HeldBy(slices.Values([]*document.Grant{{Role: role, Scope: *Whole(r.doc).Scope}}))
}

// Administer reports whether a role has any administration rules, its own or inherited.
func (r *Roles) Administer(role string) bool { return len(r.of(role).rules) > 0 }

func (r *Roles) of(name string) *roleRules {
	if known, is := r.known.Load(name); is {
		return known.(*roleRules)
	}
	made := &roleRules{}
	made.reached = sync.OnceValue(func() map[string]bool { return made.reach(r.doc, name) })
	for written, rule := range r.doc.AdministrationRules(name) {
		h := Held{Rule: rule, Written: written, Granted: name, Place: Place{Doc: r.doc}, Platform: r.doc.Roles[name].Platform, role: made}
		h.named = sync.OnceValue(h.namedRoles)
		made.rules = append(made.rules, h)
	}
	known, _ := r.known.LoadOrStore(name, made)
	return known.(*roleRules)
}

// namedRoles are the roles that the rule is about.
func (h Held) namedRoles() map[string]bool {
	named := map[string]bool{}
	for role := range h.Place.Doc.Roles {
		if h.names(role) {
			named[role] = true
		}
	}
	return named
}

// reach returns the roles that are reached by a role with the rules.
func (r *roleRules) reach(doc *document.Document, granted string) map[string]bool {
	reached := map[string]bool{}
	for role := range doc.Roles {
		if Ranks(doc, granted, role) {
			reached[role] = true
		}
	}
	for i := range r.rules {
		if slices.Contains(r.rules[i].Rule.UserActions, document.ActionGiveRoles) {
			for role := range r.rules[i].named() {
				reached[role] = true
			}
		}
	}
	return reached
}
