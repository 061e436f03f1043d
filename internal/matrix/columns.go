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

// Origin is where a role comes from.
type Origin int

// Origins, in the order of the columns within a category.
const (
	// Standard roles are those that the platform ships to every organization of a catalog.
	Standard Origin = iota
	// Custom roles are those of the organization.
	Custom
	// Platform roles are those that operators of the platform hold over organizations.
	Platform
)

// Column is a role.
type Column struct {
	// Key is the name of the role in the document. Name is its name in the matrix: without the kind, unless a role of the
	// organization has the same name.
	Key, Name string
	Origin    Origin
	// Category groups roles that belong together; it may be empty.
	Category string

	// rank is the number of roles that it inherits, which is greater than that of each of them.
	rank int
}

// Columns returns all roles of a document: first those that are held within the organization, then those that are held over
// organizations. Categories come in the order of their lowest roles, and roles without a category last. Within a category a role is
// right of those that it inherits.
func Columns(doc *document.Document, texts *Texts) []Column {
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
		column.rank = len(doc.Roles[key].Inherits)
		list = append(list, column)
	}
	lowest := map[string]int{}
	for _, column := range list {
		if rank, known := lowest[column.Category]; !known || column.rank < rank {
			lowest[column.Category] = column.rank
		}
	}
	slices.SortFunc(list, func(a, b Column) int {
		return cmp.Or(
			compareBool(a.Origin == Platform, b.Origin == Platform),
			compareBool(a.Category == "", b.Category == ""),
			cmp.Compare(lowest[a.Category], lowest[b.Category]), cmp.Compare(a.Category, b.Category),
			cmp.Compare(a.rank, b.rank), cmp.Compare(a.Origin, b.Origin), cmp.Compare(a.Key, b.Key),
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

// selectColumns returns the named columns, in the order of the names, each once; or all columns if no names are given.
func selectColumns(list []Column, selected []string) ([]Column, error) {
	if len(selected) == 0 {
		return list, nil
	}
	byName := make(map[string]Column, len(list))
	names := make([]string, len(list))
	for i, column := range list {
		byName[column.Key] = column
		names[i] = column.Name
	}
	for _, column := range list {
		byName[column.Name] = column
	}
	var chosen []Column
	for _, name := range selected {
		column, ok := byName[name]
		if !ok {
			return nil, checkNames("role", []string{name}, names)
		}
		if !slices.Contains(chosen, column) {
			chosen = append(chosen, column)
		}
	}
	return chosen, nil
}
