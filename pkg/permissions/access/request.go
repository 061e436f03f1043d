// SPDX-License-Identifier: Apache-2.0

package access

// Request asks whether a subject may do an action on a resource, in the shape of an access evaluation of the OpenID
// AuthZEN Authorization API 1.0. Property values are as encoding/json decodes them into any. Absent properties and
// context are empty; odd values never fail a request, they make the answer no.
type Request struct {
	Subject  Subject        `json:"subject"`
	Action   Action         `json:"action"`
	Resource Resource       `json:"resource"`
	Context  map[string]any `json:"context,omitempty"`
}

// SubjectTypeUser is the type of subjects that hold permissions, where the catalog names no other.
const SubjectTypeUser = "user"

// PropertyUnit is the property of a resource that names the unit it lies in.
const PropertyUnit = "unit"

// Subject is who asks.
type Subject struct {
	Type       string         `json:"type"`
	ID         string         `json:"id"`
	Properties map[string]any `json:"properties,omitempty"`
}

// Action is what is to be done; its name is a permission's.
type Action struct {
	Name       string         `json:"name"`
	Properties map[string]any `json:"properties,omitempty"`
}

// Resource is what it is to be done to. If Type is the kind of a unit, it is the unit of that kind that ID names; if users are called
// so, it is the user that ID names, who lies in their home unit; else Properties may name its unit. Its value of each dimension is
// the property of that name, unless it is a unit or a user whose property the directory knows.
type Resource struct {
	Type       string         `json:"type"`
	ID         string         `json:"id"`
	Properties map[string]any `json:"properties,omitempty"`
}
