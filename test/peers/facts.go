// SPDX-License-Identifier: Apache-2.0

package peers

import (
	"maps"
	"slices"

	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
	"github.com/rolewright/rolewright/test/bench"
)

// QuestionCount is how many questions of each kind are put to every engine.
const QuestionCount = 10_000

// stranger owns what a question asks about, where the one who asks does not.
const stranger = "nobody@example.com"

// Engine answers questions that it was given beforehand.
type Engine interface {
	// Ask answers a question by its number. An error is a fault of the engine or of its data, never a no.
	Ask(question int) (bool, error)
}

// Question is what is asked: may the user do what the permission names in the unit, with what the owner has?
type Question struct{ User, Permission, Unit, Owner string }

// Facts are an organization in the terms that all engines share.
type Facts struct {
	// Index is what the engines are compared with, and Requests are the questions in its terms.
	Index    *permissions.Index
	Requests []access.Request
	// Questions are the same requests, number by number.
	Questions []Question
	// Permissions are all names in order.
	Permissions []string
	// Roles maps each role to what it holds, inherited permissions included, and each of those to whether it is held only
	// over what the user owns.
	Roles map[string]map[string]bool
	// Above maps each unit to itself and the units above it, and Below to itself and the units below it.
	Above, Below map[string][]string
	// Grants maps each user to what they hold: a role in a unit.
	Grants map[string][]Grant
}

// Grant is a role in a unit and all that lies below.
type Grant struct{ Role, Unit string }

// NewFacts generates an organization with so many users. Of the qualified questions, every third is about what someone
// else owns.
func NewFacts(users int, qualified bool) (*Facts, error) {
	world := bench.World(users)
	doc := resolve.Organization(world).Document
	index, err := permissions.NewIndex(doc)
	if err != nil {
		return nil, err
	}
	f := &Facts{
		Index:       index,
		Requests:    bench.Questions(world, doc, QuestionCount, qualified),
		Permissions: slices.Sorted(maps.Keys(doc.Permissions)),
		Roles:       rolesOf(doc),
		Grants:      grantsOf(doc),
	}
	f.Above, f.Below = lines(doc)
	for i := range f.Requests {
		r := &f.Requests[i]
		if qualified && i%3 == 0 {
			r.Resource.Properties["owner"] = stranger
		}
		unit, _ := r.Resource.Properties[access.PropertyUnit].(string)
		owner, _ := r.Resource.Properties["owner"].(string)
		f.Questions = append(f.Questions, Question{User: r.Subject.ID, Permission: r.Action.Name, Unit: unit, Owner: owner})
	}
	return f, nil
}

func rolesOf(doc *document.Document) map[string]map[string]bool {
	roles := make(map[string]map[string]bool, len(doc.Roles))
	for name, role := range doc.Roles {
		roles[name] = make(map[string]bool, len(role.Permissions))
		for permission, alternatives := range role.Permissions {
			roles[name][permission] = !slices.ContainsFunc(alternatives, document.Alternative.Unconditional)
		}
	}
	return roles
}

func grantsOf(doc *document.Document) map[string][]Grant {
	grants := make(map[string][]Grant, len(doc.Users))
	for id, user := range doc.Users {
		for g := range doc.GrantsOf(&user) {
			for _, unit := range g.Units {
				grants[id] = append(grants[id], Grant{Role: g.Role, Unit: unit})
			}
		}
	}
	return grants
}

func lines(doc *document.Document) (above, below map[string][]string) {
	above, below = make(map[string][]string, len(doc.Units)), make(map[string][]string, len(doc.Units))
	for _, name := range slices.Sorted(maps.Keys(doc.Units)) {
		for unit := name; unit != ""; unit = doc.Units[unit].Parent {
			above[name] = append(above[name], unit)
			below[unit] = append(below[unit], name)
		}
	}
	return above, below
}
