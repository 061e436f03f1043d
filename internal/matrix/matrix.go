// SPDX-License-Identifier: Apache-2.0

package matrix

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Matrix is the table of an organization's roles and permissions.
type Matrix struct {
	Namespace, Organization, Catalog string
	// Columns are the roles, in the order of Options.Roles if it is set.
	Columns []Column
	// Sections contain the rows, in the order of the catalog.
	Sections []Section
	// Administration is what holders of the roles may change of the organization. It is empty if only some sections are shown.
	Administration []Administration
	// User is the column of one user, nil if there is none.
	User *User

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
	// Cells contains a cell for each role.
	Cells []Cell
	// Prohibitions apply to the permission for every holder.
	Prohibitions []string
	// Refused is the reason if the permission is refused to everyone.
	Refused string
}

// Cell contains the alternatives under which a role holds a permission, one of which suffices. It is empty if the role does not
// hold it.
type Cell []document.Alternative

// String returns the cell as in CSV: empty, yes, or alternatives joined by a vertical bar.
func (c Cell) String() string {
	alternatives := make([]string, len(c))
	for i, alternative := range c {
		alternatives[i] = alternative.String()
	}
	return strings.Join(alternatives, "|")
}

// Options restrict a matrix to some roles and sections; an empty list means all. A role may be named by its column's Name or
// Key.
type Options struct {
	Roles, Sections []string
	// Text keeps only the permissions whose name or display name contains it, in whatever case; empty keeps all.
	Text string
	// Differing keeps only the permissions that not all of the roles hold alike.
	Differing bool
	// User is the id of a user who gets a column; empty for none. What has ended At this time is left out of it.
	User string
	At   time.Time
}

// keeps reports whether the matrix contains a row.
func (o *Options) keeps(row *Row, text Text) bool {
	if o.Differing && !slices.ContainsFunc(row.Cells, func(c Cell) bool { return c.String() != row.Cells[0].String() }) {
		return false
	}
	wanted := strings.ToLower(o.Text)
	return strings.Contains(strings.ToLower(row.Permission), wanted) || strings.Contains(strings.ToLower(text.DisplayName), wanted)
}

// New returns the matrix of a document. Texts may be nil. It fails if the options name something that the document does not
// contain.
func New(doc *document.Document, catalog *model.Catalog, texts *Texts, options Options) (*Matrix, error) {
	if texts == nil {
		texts = &Texts{}
	}
	m := &Matrix{
		Namespace: doc.Namespace, Organization: doc.Organization, Catalog: doc.Catalog, document: doc, texts: texts,
	}
	var err error
	if m.Columns, err = selectColumns(Columns(doc, texts), options.Roles); err != nil {
		return nil, err
	}
	if options.User != "" {
		if m.User, err = newUser(doc, &options); err != nil {
			return nil, err
		}
	}
	sections := sortIntoSections(doc, catalog)
	if err := checkNames("section", options.Sections, sectionNames(sections)); err != nil {
		return nil, err
	}
	for _, section := range sections {
		if len(options.Sections) == 0 || slices.Contains(options.Sections, section.Name) {
			m.fill(&section)
			section.Rows = slices.DeleteFunc(section.Rows, func(r Row) bool { return !options.keeps(&r, texts.Permissions[r.Permission]) })
			if len(section.Rows) > 0 {
				m.Sections = append(m.Sections, section)
			}
		}
	}
	if len(options.Sections) == 0 {
		m.Administration = m.administration()
	}
	return m, nil
}

// Roles returns the names of the columns.
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
		row.Prohibitions, row.Refused = permission.Prohibitions, permission.Refused
		row.Cells = make([]Cell, len(m.Columns))
		for i := range m.Columns {
			row.Cells[i] = m.document.Roles[m.Columns[i].Key].Permissions[row.Permission]
		}
	}
}

// sortIntoSections sorts the document's permissions in the order of the catalog, followed by those that the catalog does not
// name.
func sortIntoSections(doc *document.Document, catalog *model.Catalog) []Section {
	positions := map[string]int{}
	sectionPositions := map[string]int{}
	if catalog != nil {
		for i, section := range catalog.Sections {
			sectionPositions[section] = i + 1
		}
		for i := range catalog.Permissions {
			positions[catalog.Permissions[i].Name] = i + 1
		}
	}
	orLast := func(position int) int {
		if position == 0 {
			return len(doc.Permissions) + len(positions) + len(sectionPositions) + 1
		}
		return position
	}
	rows := slices.SortedFunc(maps.Keys(doc.Permissions), func(a, b string) int {
		sectionA, sectionB := doc.Permissions[a].Section, doc.Permissions[b].Section
		return cmp.Or(
			cmp.Compare(orLast(sectionPositions[sectionA]), orLast(sectionPositions[sectionB])), cmp.Compare(sectionA, sectionB),
			cmp.Compare(orLast(positions[a]), orLast(positions[b])), cmp.Compare(a, b),
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

// SectionNames returns the names of all sections of a document, in the order of the catalog.
func SectionNames(doc *document.Document, catalog *model.Catalog) []string {
	return sectionNames(sortIntoSections(doc, catalog))
}

func sectionNames(sections []Section) []string {
	list := make([]string, len(sections))
	for i := range sections {
		list[i] = sections[i].Name
	}
	return list
}

// checkNames returns an error if a name does not exist.
func checkNames(what string, names, existing []string) error {
	for _, name := range names {
		if !slices.Contains(existing, name) {
			if len(existing) == 0 {
				return fmt.Errorf("there is no %s %q: the organization has none", what, name)
			}
			return fmt.Errorf("there is no %s %q: there are %s", what, name, strings.Join(existing, ", "))
		}
	}
	return nil
}
