// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"encoding/json"
	"slices"
	"strings"
)

// search is a row of searches.
type search struct {
	rowHead
	WhoCan     string         `json:"whoCan"`
	WhatCan    string         `json:"whatCan"`
	WhereCan   string         `json:"whereCan"`
	Permission string         `json:"permission"`
	Resource   resources      `json:"resource"`
	In         string         `json:"in"`
	Properties map[string]any `json:"properties"`
	Context    map[string]any `json:"context"`
	When       string         `json:"when"`
	Exactly    *[]found       `json:"exactly"`
	Includes   list           `json:"includes"`
	Excludes   list           `json:"excludes"`
}

// found is one thing that a search finds: a user, a permission, or a unit with what a resource there must meet.
type found struct {
	Name   string `json:"in"`
	If     string `json:"if"`
	Unless list   `json:"unless"`
}

// UnmarshalJSON reads a name, or a unit with what must be met there.
func (f *found) UnmarshalJSON(data []byte) error {
	if data[0] == '"' {
		return json.Unmarshal(data, &f.Name)
	}
	type plain found
	return json.Unmarshal(data, (*plain)(f))
}

// String writes the name with its conditions in one order.
func (f found) String() string {
	text := f.Name
	if f.If != "" {
		alternatives := strings.Split(f.If, "|")
		for i := range alternatives {
			qualifiers := strings.Split(alternatives[i], "+")
			slices.Sort(qualifiers)
			alternatives[i] = strings.Join(qualifiers, "+")
		}
		slices.Sort(alternatives)
		text += " if " + strings.Join(alternatives, "|")
	}
	if len(f.Unless) > 0 {
		text += " unless " + strings.Join(slices.Sorted(slices.Values(f.Unless)), ", ")
	}
	return text
}

// approval is a row of approvals.
type approval struct {
	rowHead
	Request       string          `json:"request"`
	By            string          `json:"by"`
	For           string          `json:"for"`
	In            string          `json:"in"`
	Attributes    map[string]any  `json:"attributes"`
	Justification string          `json:"justification"`
	Role          string          `json:"role"`
	Seconds       int64           `json:"seconds"`
	Scope         *edit           `json:"scope"`
	When          string          `json:"when"`
	Chain         string          `json:"chain"`
	Steps         map[string]step `json:"steps"`
	Stuck         string          `json:"stuck"`
	Denied        string          `json:"denied"`
	Waits         string          `json:"waits"`
}

// step is what is expected of a step: a disposition, or deciders.
type step struct {
	disposition string
	exactly     list
	isExact     bool
	includes    list
	excludes    list
	escalation  list
}

// UnmarshalJSON reads a disposition, a list of deciders, or more.
func (s *step) UnmarshalJSON(data []byte) error {
	switch data[0] {
	case '"':
		return json.Unmarshal(data, &s.disposition)
	case '[':
		s.isExact = true
		return json.Unmarshal(data, &s.exactly)
	}
	var plain struct {
		Exactly, Includes, Excludes, Escalation list
	}
	err := json.Unmarshal(data, &plain)
	s.exactly, s.isExact = plain.Exactly, plain.Exactly != nil
	s.includes, s.excludes, s.escalation = plain.Includes, plain.Excludes, plain.Escalation
	return err
}

// administration is a row of administration.
type administration struct {
	rowHead
	Who    list   `json:"who"`
	May    edits  `json:"may"`
	MayNot edits  `json:"mayNot"`
	When   string `json:"when"`
	Rule   string `json:"rule"`
	Says   string `json:"says"`
}

// constraint is a row of constraints.
type constraint struct {
	rowHead
	Constraint string `json:"constraint"`
	When       string `json:"when"`
	ViolatedBy list   `json:"violatedBy"`
	TooFew     bool   `json:"tooFew"`
}
