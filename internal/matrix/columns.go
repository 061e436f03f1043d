// SPDX-License-Identifier: Apache-2.0

package matrix

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Origin says where a role comes from.
type Origin int

// Origins, in the order in which columns of one category stand.
const (
	// Standard roles are shipped by the platform to every organization of a catalog.
	Standard Origin = iota
	// Custom roles are the organization's own.
	Custom
	// Platform roles are held over organizations, by the platform's own people.
	Platform
)

// Column is a role.
type Column struct {
	// Key is how the document names the role. Name is how the matrix does: without its kind, unless a role of the organization
	// has the same name.
	Key, Name string
	Origin    Origin
	// Category groups roles that people read together; it may be empty.
	Category string
}

// columns are all roles of a document: those that are held inside organizations by category, then those that are held over
// them. Roles without category come last; within one, those of the platform come before the organization's own.
func columns(doc *document.Document, texts *Texts) []Column {
	list := make([]Column, 0, len(doc.Roles))
	for key := range maps.Keys(doc.Roles) {
		text := texts.Roles[key]
		column := Column{Key: key, Name: key, Origin: Custom, Category: text.Category}
		if name, shipped := strings.CutPrefix(key, model.KindPlatformRole+"/"); shipped {
			if _, taken := doc.Roles[name]; !taken {
				column.Name = name
			}
			column.Origin = Standard
			if text.Platform {
				column.Origin = Platform
			}
		}
		list = append(list, column)
	}
	slices.SortFunc(list, func(a, b Column) int {
		return cmp.Or(
			compareBool(a.Origin == Platform, b.Origin == Platform),
			compareBool(a.Category == "", b.Category == ""), cmp.Compare(a.Category, b.Category),
			cmp.Compare(a.Origin, b.Origin), cmp.Compare(a.Key, b.Key),
		)
	})
	return list
}

// compareBool orders false before true.
func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// pick returns the columns that someone asked for, in the order asked, each once; all of them when nobody asked.
func pick(list []Column, asked []string) ([]Column, error) {
	if len(asked) == 0 {
		return list, nil
	}
	byName := make(map[string]Column, len(list))
	have := make([]string, len(list))
	for i, column := range list {
		byName[column.Key] = column
		have[i] = column.Name
	}
	for _, column := range list {
		byName[column.Name] = column
	}
	var picked []Column
	for _, name := range asked {
		column, ok := byName[name]
		if !ok {
			return nil, known("role", []string{name}, have)
		}
		if !slices.Contains(picked, column) {
			picked = append(picked, column)
		}
	}
	return picked, nil
}
