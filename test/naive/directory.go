// SPDX-License-Identifier: Apache-2.0

package naive

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"

	"github.com/rolewright/rolewright/internal/engine/condition"
	"github.com/rolewright/rolewright/internal/model"
)

// largestAttribute is the size of the JSON of an attribute above which it is unknown.
const largestAttribute = 4096

func compiles(expression string) bool {
	_, err := condition.Compile(expression)
	return err == nil
}

// evaluate runs an expression over the request, completed with what the directory knows.
func (e *evaluator) evaluate(expression string) (bool, error) {
	program, err := condition.Compile(expression)
	if err != nil {
		return false, err
	}
	unit := model.Attributes{}
	if written := e.written(e.unitOfRequest()); written != nil && !e.resourceIsUnit() {
		unit, _ = reasonable(written.Attributes)
	}
	known, unknown := e.attributesOf(e.request.Subject.ID)
	input := condition.Input{
		Subject: condition.Subject{
			Type: e.request.Subject.Type, ID: e.request.Subject.ID,
			Properties: completed(e.request.Subject.Properties, known, unknown),
		},
		Action: condition.Action{Name: e.request.Action.Name, Properties: completed(e.request.Action.Properties, nil, nil)},
		Resource: condition.Resource{
			Type: e.request.Resource.Type, ID: e.request.Resource.ID,
			Properties: e.resourceProperties(),
			Unit:       unit,
		},
		Context:   completed(e.request.Context, nil, nil),
		Now:       e.now,
		Directory: e,
	}
	return program.Eval(&condition.Activation{Input: input})
}

// resourceProperties are those of the resource, with what the directory knows of it.
func (e *evaluator) resourceProperties() map[string]any {
	known, unknown := e.knownOfResource()
	return completed(e.request.Resource.Properties, known, unknown)
}

// knownOfResource is what the directory says of the resource itself, if that is a unit or a user, and what it does not know.
func (e *evaluator) knownOfResource() (known model.Attributes, unknown []string) {
	if written := e.written(e.unitOfRequest()); written != nil && e.resourceIsUnit() {
		return reasonable(written.Attributes)
	}
	if e.calls(e.request.Resource.Type) {
		return e.attributesOf(e.request.Resource.ID)
	}
	return nil, nil
}

// completed is what the caller sent with what the directory knows, which wins, and without what it holds for unknown.
func completed(sent, known map[string]any, unknown []string) map[string]any {
	properties := map[string]any{}
	maps.Copy(properties, sent)
	maps.Copy(properties, known)
	for _, name := range unknown {
		delete(properties, name)
	}
	return properties
}

// reasonable tells attributes from those that are too large.
func reasonable(attributes model.Attributes) (kept model.Attributes, large []string) {
	kept = model.Attributes{}
	for name, value := range attributes {
		if text, err := json.Marshal(value); err == nil && len(text) <= largestAttribute {
			kept[name] = value
		} else {
			large = append(large, name)
		}
	}
	return kept, large
}

// attributesOf are the attributes on which all assignments of a user that give them agree, and the names of the others and of
// those that any assignment makes too large.
func (e *evaluator) attributesOf(user string) (agreed model.Attributes, unknown []string) {
	agreed = model.Attributes{}
	for _, assignment := range e.assignmentsOf(user) {
		kept, large := reasonable(assignment.Attributes)
		unknown = append(unknown, large...)
		for name, value := range kept {
			if other, given := agreed[name]; given && !reflect.DeepEqual(other, value) {
				unknown = append(unknown, name)
			}
			agreed[name] = value
		}
	}
	return agreed, unknown
}

// managerOf is the manager on whom all assignments of a user that name one agree; empty when there is none, and when it
// would be the user.
func (e *evaluator) managerOf(user string) string {
	var managers []string
	for _, assignment := range e.assignmentsOf(user) {
		if assignment.Manager != "" && !slices.Contains(managers, assignment.Manager) {
			managers = append(managers, assignment.Manager)
		}
	}
	if len(managers) != 1 || managers[0] == user {
		return ""
	}
	return managers[0]
}

// IsManager reports whether a is b's manager.
func (e *evaluator) IsManager(a, b string) bool {
	return a != "" && e.managerOf(b) == a
}

// IsAbove reports whether a stands in the line above b, which ends at an unknown user and where it would repeat.
func (e *evaluator) IsAbove(a, b string) bool {
	line := []string{b}
	for {
		manager := e.managerOf(line[len(line)-1])
		if !e.isUser(manager) || slices.Contains(line, manager) {
			return slices.Contains(line[1:], a)
		}
		line = append(line, manager)
	}
}
