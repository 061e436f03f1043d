// SPDX-License-Identifier: Apache-2.0

package suite

import "encoding/json"

// edit is one change of the manifests. One of the first fields is set.
type edit struct {
	Give      string         `json:"give"`
	Take      string         `json:"take"`
	Allow     string         `json:"allow"`
	Deny      string         `json:"deny"`
	Add       string         `json:"add"`
	Suspend   string         `json:"suspend"`
	Reinstate string         `json:"reinstate"`
	Remove    string         `json:"remove"`
	Profile   string         `json:"profile"`
	Apply     applied        `json:"apply"`
	Delete    string         `json:"delete"`
	Patch     string         `json:"patch"`
	With      map[string]any `json:"with"`
	Set       map[string]any `json:"set"`

	To           string          `json:"to"`
	In           list            `json:"in"`
	Groups       list            `json:"groups"`
	Everywhere   bool            `json:"everywhere"`
	Dimensions   map[string]list `json:"dimensions"`
	From         string          `json:"from"`
	Until        string          `json:"until"`
	Entitlements list            `json:"entitlements"`
}

// edits are one change.
type edits []edit

// UnmarshalJSON reads one edit or several.
func (e *edits) UnmarshalJSON(data []byte) error {
	if data[0] == '{' {
		*e = make(edits, 1)
		return json.Unmarshal(data, &(*e)[0])
	}
	return json.Unmarshal(data, (*[]edit)(e))
}

// state is a change of the manifests, by its name or written out.
type state struct {
	name  string
	edits edits
}

// UnmarshalJSON reads a name, or edits.
func (s *state) UnmarshalJSON(data []byte) error {
	if data[0] == '"' {
		return json.Unmarshal(data, &s.name)
	}
	return json.Unmarshal(data, &s.edits)
}

// applied is what an edit applies: files, or objects that are written out.
type applied []any

// UnmarshalJSON reads one or several.
func (a *applied) UnmarshalJSON(data []byte) error {
	if data[0] == '[' {
		return json.Unmarshal(data, (*[]any)(a))
	}
	*a = make(applied, 1)
	return json.Unmarshal(data, &(*a)[0])
}
