// SPDX-License-Identifier: Apache-2.0

package matrix

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Matrix is the table of an organization's roles and permissions.
type Matrix struct {
	Namespace, Organization, Catalog string
	// Columns are the roles, in the order in which people read them or someone asked for them.
	Columns []Column
	// Sections hold the rows, in the order of the catalog.
	Sections []Section

	document *document.Document
	texts    *Texts
}

// Section is a group of rows.
type Section struct {
	Name string
	Rows []Row
}

// Row is one permission.
type Row struct {
	Permission string
	// Cells has a cell for each role.
	Cells []Cell
	// Invariants guard the permission, no matter who holds it.
	Invariants []string
	// Refused says why the permission is refused to everybody, when it is.
	Refused string
}

// Cell holds the alternatives under which a role has a permission, one of which suffices. None: the role does not have it.
type Cell []document.Alternative

// String is how CSV shows a cell: empty, yes, or alternatives joined by a vertical bar.
func (c Cell) String() string {
	alternatives := make([]string, len(c))
	for i, alternative := range c {
		alternatives[i] = alternative.String()
	}
	return strings.Join(alternatives, "|")
}

// Options narrow a matrix. Empty lists narrow nothing. A role is named as its column is, or as the document does.
type Options struct {
	Roles, Sections []string
}

// New builds the matrix of a document. Texts may be nil. It fails when the options name something that the document does not
// have.
func New(doc *document.Document, catalog *model.Catalog, texts *Texts, options Options) (*Matrix, error) {
	if texts == nil {
		texts = &Texts{}
	}
	m := &Matrix{
		Namespace: doc.Namespace, Organization: doc.Organization, Catalog: doc.Catalog, document: doc, texts: texts,
	}
	var err error
	if m.Columns, err = pick(columns(doc, texts), options.Roles); err != nil {
		return nil, err
	}
	sections := order(doc, catalog)
	if err := known("section", options.Sections, names(sections)); err != nil {
		return nil, err
	}
	for _, section := range sections {
		if len(options.Sections) == 0 || slices.Contains(options.Sections, section.Name) {
			m.fill(&section)
			m.Sections = append(m.Sections, section)
		}
	}
	return m, nil
}

// Roles are the names of the columns.
func (m *Matrix) Roles() []string {
	names := make([]string, len(m.Columns))
	for i := range m.Columns {
		names[i] = m.Columns[i].Name
	}
	return names
}

// fill adds the cells to the rows of a section.
func (m *Matrix) fill(section *Section) {
	for i := range section.Rows {
		row := &section.Rows[i]
		permission := m.document.Permissions[row.Permission]
		row.Invariants, row.Refused = permission.Invariants, permission.Refused
		row.Cells = make([]Cell, len(m.Columns))
		for i := range m.Columns {
			row.Cells[i] = m.document.Roles[m.Columns[i].Key].Permissions[row.Permission]
		}
	}
}

// order sorts the document's permissions as the catalog does. What the catalog does not name comes last, by name.
func order(doc *document.Document, catalog *model.Catalog) []Section {
	places := map[string]int{}
	sectionPlaces := map[string]int{}
	if catalog != nil {
		for i, section := range catalog.Sections {
			sectionPlaces[section] = i + 1
		}
		for i := range catalog.Permissions {
			places[catalog.Permissions[i].Name] = i + 1
		}
	}
	last := func(place int) int {
		if place == 0 {
			return len(doc.Permissions) + len(places) + len(sectionPlaces) + 1
		}
		return place
	}
	rows := slices.SortedFunc(maps.Keys(doc.Permissions), func(a, b string) int {
		sectionA, sectionB := doc.Permissions[a].Section, doc.Permissions[b].Section
		return cmp.Or(
			cmp.Compare(last(sectionPlaces[sectionA]), last(sectionPlaces[sectionB])), cmp.Compare(sectionA, sectionB),
			cmp.Compare(last(places[a]), last(places[b])), cmp.Compare(a, b),
		)
	})
	var sections []Section
	for _, name := range rows {
		section := doc.Permissions[name].Section
		if len(sections) == 0 || sections[len(sections)-1].Name != section {
			sections = append(sections, Section{Name: section})
		}
		s := &sections[len(sections)-1]
		s.Rows = append(s.Rows, Row{Permission: name})
	}
	return sections
}

func names(sections []Section) []string {
	list := make([]string, len(sections))
	for i := range sections {
		list[i] = sections[i].Name
	}
	return list
}

func known(what string, asked, have []string) error {
	for _, name := range asked {
		if !slices.Contains(have, name) {
			if len(have) == 0 {
				return fmt.Errorf("there is no %s %q: there is none at all", what, name)
			}
			return fmt.Errorf("there is no %s %q: there are %s", what, name, strings.Join(have, ", "))
		}
	}
	return nil
}
