// SPDX-License-Identifier: Apache-2.0

package suite

import "encoding/json"

// file is a suite as it is written; docs/schema/suite.schema.json describes each field.
type file struct {
	Description    string              `json:"description"`
	Organization   string              `json:"organization"`
	Platform       string              `json:"platform"`
	Manifests      list                `json:"manifests"`
	Now            string              `json:"now"`
	Users          map[string]user     `json:"users"`
	Resources      map[string]resource `json:"resources"`
	Times          map[string]string   `json:"times"`
	States         map[string]edits    `json:"states"`
	Given          edits               `json:"given"`
	Decisions      []decision          `json:"decisions"`
	Searches       []search            `json:"searches"`
	Approvals      []approval          `json:"approvals"`
	Administration []administration    `json:"administration"`
	Constraints    []constraint        `json:"constraints"`
}

type user struct {
	ID         string         `json:"id"`
	Type       string         `json:"type"`
	Properties map[string]any `json:"properties"`
}

// UnmarshalJSON reads a user, or an id alone.
func (u *user) UnmarshalJSON(data []byte) error {
	if data[0] == '"' {
		return json.Unmarshal(data, &u.ID)
	}
	type plain user
	return json.Unmarshal(data, (*plain)(u))
}

type resource struct {
	Type       string         `json:"type"`
	ID         string         `json:"id"`
	In         string         `json:"in"`
	Properties map[string]any `json:"properties"`
}

// list is one text or several.
type list []string

// UnmarshalJSON reads one text or several.
func (l *list) UnmarshalJSON(data []byte) error {
	if data[0] == '"' {
		*l = list{""}
		return json.Unmarshal(data, &(*l)[0])
	}
	return json.Unmarshal(data, (*[]string)(l))
}

// resources are names of resources, or one resource that is written out.
type resources struct {
	names   list
	written *resource
}

// UnmarshalJSON reads names, or a resource.
func (r *resources) UnmarshalJSON(data []byte) error {
	if data[0] == '{' {
		return json.Unmarshal(data, &r.written)
	}
	return json.Unmarshal(data, &r.names)
}

// rowHead is what rows of all kinds have.
type rowHead struct {
	Name    string `json:"name"`
	Given   state  `json:"given"`
	Unknown list   `json:"unknown"`
}

func (h *rowHead) head() *rowHead { return h }

// decision is a row of decisions.
type decision struct {
	rowHead
	Who        list           `json:"who"`
	Can        list           `json:"can"`
	Cannot     list           `json:"cannot"`
	Resource   resources      `json:"resource"`
	In         list           `json:"in"`
	Properties map[string]any `json:"properties"`
	Context    map[string]any `json:"context"`
	Action     map[string]any `json:"action"`
	When       list           `json:"when"`
	Reason     string         `json:"reason"`
	Says       string         `json:"says"`
}
