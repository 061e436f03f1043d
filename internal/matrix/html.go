// SPDX-License-Identifier: Apache-2.0

package matrix

import (
	"bytes"
	"cmp"
	_ "embed" // for the page
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/english"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

var (
	//go:embed fragment.html
	fragmentText string
	//go:embed page.html
	pageText string
	//go:embed page.css
	pageStyle string

	fragmentTemplate = template.Must(template.New("fragment").Funcs(functions).Parse(fragmentText))
	pageTemplate     = template.Must(template.Must(fragmentTemplate.Clone()).New("page").Parse(pageText))
)

// functions write times as people read them, with the form of the API beside it.
var functions = template.FuncMap{"minutes": english.Minutes, "iso": english.Time, "times": english.SplitTimes}

// Palette is the style sheet with the colors of all pages, as custom properties: light, dark, of high contrast and printed.
//
//go:embed palette.css
var Palette string

// Style is the style sheet of a Fragment, in the colors of Palette.
//
//go:embed fragment.css
var Style string

// Links say where names lead. Without a function, a name leads to what stands about it below the table.
type Links struct {
	// Role returns the address of a role by its key in the document, Permission that of a permission by its name.
	Role, Permission func(name string) string
	// Holders returns the address of those who hold a role, User that of the user who has a column. Without one there is no link.
	Holders, User func(name string) string
}

// HTML writes the matrix as one page without scripts that loads nothing.
func (m *Matrix) HTML(w io.Writer, about *About) error {
	p, err := m.page(about, Links{})
	if err != nil {
		return err
	}
	p.Style = template.CSS(Palette + pageStyle + Style) //nolint:gosec // The style is part of the program.
	return execute(w, pageTemplate, p)
}

// Fragment writes the legend, the table and its notes as a part of a page that has Style, in an element of the class matrix.
func (m *Matrix) Fragment(w io.Writer, about *About, links Links) error {
	p, err := m.page(about, links)
	if err != nil {
		return err
	}
	return execute(w, fragmentTemplate, p)
}

// execute writes all that a template makes, or nothing.
func execute(w io.Writer, t *template.Template, p *page) error {
	var out bytes.Buffer
	if err := t.Execute(&out, p); err != nil {
		return err
	}
	_, err := w.Write(out.Bytes())
	return err
}

// page is the input of the template.
type page struct {
	Matrix *Matrix
	About  *About
	Style  template.CSS
	links  Links
	// Title and CatalogTitle are the display names of the organization and its catalog.
	Title, CatalogTitle string
	// Groups are the categories of the columns; it is empty if no column has one.
	Groups []pageGroup
	// User is the column of a user, nil if there is none.
	User        *pageUser
	Roles       []pageRole
	Sections    []pageSection
	permissions int
	// cells are those that were written, by what they show. Of thousands, a few dozen differ.
	cells map[string]template.HTML
	Notes []footnote
	// Conditional is set if a cell has a condition, Off if it requires a feature that the organization does not have.
	Conditional, Off bool
}

// pageGroup is a group of adjacent columns.
type pageGroup struct {
	Name  string
	Width int
}

type pageRole struct {
	Name, Title, Description, Href string
	Origin                         Origin
	// Holders counts the users who hold the role by itself, and HoldersHref leads to them.
	Holders     int
	HoldersHref string
	// First marks the first column of a group.
	First bool
	// Rules are what its holders may change of the organization.
	Rules []pageRule
}

type pageRule struct {
	Text  string
	Marks []mark
}

// mark refers to a note.
type mark struct {
	Number int
	// Note is the note in one line, for those who point at the mark.
	Note string
}

type pageSection struct {
	Name, Title, Description string
	Rows                     []pageRow
}

type pageRow struct {
	Name, Title, Description, Href string
	Marks                          []mark
	Refused                        bool
	Cells                          []pageCell
	// Written are the cells, as they stand in the table.
	Written template.HTML
	// User is the cell of the user who has a column.
	User *pageCell
}

// pageCell shows the alternatives under which a role holds a permission. Class is its class in the style sheet.
type pageCell struct {
	Class        string
	First        bool
	Alternatives []pageAlternative
	// Denied are the notes that say where a permission is taken from a user.
	Denied []mark
}

// pageUser is the column of a user.
type pageUser struct {
	ID, Href  string
	Suspended bool
}

// pageAlternative is one alternative: the numbers of its conditions, and whether it requires a feature that is turned off.
type pageAlternative struct {
	Marks []mark
	Off   bool
}

func (m *Matrix) page(about *About, links Links) (*page, error) {
	p := &page{
		Matrix: m, About: cmp.Or(about, &About{}), links: links, cells: map[string]template.HTML{},
		Title: Text{DisplayName: m.texts.Organization}.title(m.Organization), CatalogTitle: Text{DisplayName: m.texts.Catalog}.title(m.Catalog),
	}
	p.addColumns()
	if m.User != nil {
		p.User = &pageUser{ID: m.User.ID, Suspended: m.User.Suspended}
		if links.User != nil {
			p.User.Href = links.User(m.User.ID)
		}
	}
	notes := m.footnotes()
	for i := range m.Sections {
		if err := p.addSection(&m.Sections[i], notes); err != nil {
			return nil, err
		}
	}
	p.addAdministration(notes)
	p.Notes = notes.list
	return p, nil
}

// addColumns adds the roles and their groups.
func (p *page) addColumns() {
	hasGroups := false
	for i, column := range p.Matrix.Columns {
		group := column.Category
		if group == "" && column.Origin == Platform {
			group = "platform"
		}
		hasGroups = hasGroups || group != ""
		first := i == 0 || p.Groups[len(p.Groups)-1].Name != group || (column.Origin == Platform) != (p.Matrix.Columns[i-1].Origin == Platform)
		if first {
			p.Groups = append(p.Groups, pageGroup{Name: group})
		}
		p.Groups[len(p.Groups)-1].Width++
		text := p.Matrix.texts.Roles[column.Key].Text
		role := pageRole{
			Name: column.Name, Title: text.title(column.Name), Description: text.Description, Origin: column.Origin, First: first,
			Href: "#role-" + column.Name, Holders: p.About.Holders[column.Key],
		}
		if p.links.Holders != nil {
			role.HoldersHref = p.links.Holders(column.Key)
		}
		if p.links.Role != nil {
			role.Href = p.links.Role(column.Key)
		}
		p.Roles = append(p.Roles, role)
	}
	if !hasGroups {
		p.Groups = nil
	}
}

// addAdministration adds to each role what its holders may change of the organization.
func (p *page) addAdministration(notes *footnotes) {
	for _, of := range p.Matrix.Administration {
		column := slices.IndexFunc(p.Roles, func(r pageRole) bool { return r.Name == of.Role })
		for i := range of.Rules {
			rule := pageRule{Text: of.Rules[i].Text(), Marks: notes.marks(notes.forRule(of.Rules[i].Rule))}
			p.Roles[column].Rules = append(p.Roles[column].Rules, rule)
		}
	}
}

// Span returns the number of columns of the table.
func (p *page) Span() int {
	if p.User != nil {
		return 2 + len(p.Roles)
	}
	return 1 + len(p.Roles)
}

// mostInPortrait is how many roles fit on a page in portrait format.
const mostInPortrait = 12

// Wide reports whether the page is to be printed in landscape format.
func (p *page) Wide() bool { return len(p.Roles) > mostInPortrait }

// Number returns the number of the note at an index.
func (p *page) Number(index int) int { return index + 1 }

// Counts returns how many roles and permissions the page shows.
func (p *page) Counts() string {
	return english.Count(len(p.Roles), "role") + ", " + english.Count(p.permissions, "permission")
}

// Where returns where the role comes from.
func (r pageRole) Where() string {
	return [...]string{
		Standard: "Ships with the platform.", Custom: "The organization's own.",
		Platform: "Held over organizations, by operators of the platform.",
	}[r.Origin]
}

func (p *page) addSection(section *Section, notes *footnotes) error {
	text := p.Matrix.texts.Sections[section.Name]
	shown := pageSection{Name: section.Name, Title: text.title(section.Name), Description: text.Description}
	for i := range section.Rows {
		row := &section.Rows[i]
		text := p.Matrix.texts.Permissions[row.Permission]
		line := pageRow{
			Name: row.Permission, Title: text.title(row.Permission), Description: text.Description,
			Marks: notes.marks(notes.forRow(row)), Refused: row.Refused != "",
		}
		if p.links.Permission != nil {
			line.Href = p.links.Permission(row.Permission)
		}
		for column, cell := range row.Cells {
			line.Cells = append(line.Cells, p.cell(cell, p.Roles[column].First, notes))
		}
		if p.User != nil {
			cell := p.userCell(p.Matrix.User.held[row.Permission], notes)
			line.User = &cell
		}
		var err error
		if line.Written, err = p.write(&line); err != nil {
			return err
		}
		shown.Rows = append(shown.Rows, line)
		p.permissions++
	}
	p.Sections = append(p.Sections, shown)
	return nil
}

// write writes the cells of a row: each look once, since a template takes microseconds for a cell, and a matrix has thousands.
func (p *page) write(row *pageRow) (template.HTML, error) {
	var all strings.Builder
	for i := range row.Cells {
		key := fmt.Sprint(row.Cells[i])
		written, known := p.cells[key]
		if !known {
			var out strings.Builder
			if err := fragmentTemplate.ExecuteTemplate(&out, "cell", row.Cells[i]); err != nil {
				return "", err
			}
			written = template.HTML(out.String()) //nolint:gosec // The template escaped it.
			p.cells[key] = written
		}
		all.WriteString(string(written))
	}
	return template.HTML(all.String()), nil //nolint:gosec // The templates escaped it.
}

func (p *page) cell(cell Cell, first bool, notes *footnotes) pageCell {
	shown := pageCell{Class: "no", First: first}
	for _, alternative := range cell {
		p.add(&shown, pageAlternative{Marks: notes.marks(notes.forAlternative(alternative)), Off: p.lacksFeature(alternative)})
	}
	return shown
}

// add adds an alternative to a cell, in the order of the notes.
func (p *page) add(shown *pageCell, alternative pageAlternative) {
	at, _ := slices.BinarySearchFunc(shown.Alternatives, alternative, func(a, b pageAlternative) int {
		return slices.CompareFunc(a.Marks, b.Marks, func(a, b mark) int { return cmp.Compare(a.Number, b.Number) })
	})
	shown.Alternatives = slices.Insert(shown.Alternatives, at, alternative)
	switch {
	case alternative.Off:
		p.Off = true
		if shown.Class == "no" {
			shown.Class = "off"
		}
	case len(alternative.Marks) == 0:
		shown.Class = "yes"
	case shown.Class != "yes":
		shown.Class = "if"
	}
	p.Conditional = p.Conditional || len(alternative.Marks) > 0
}

// userCell shows how a user holds a permission.
func (p *page) userCell(cell UserCell, notes *footnotes) pageCell {
	shown := pageCell{Class: "no"}
	for i := range cell.Ways {
		p.add(&shown, pageAlternative{Marks: notes.marks(notes.forWay(&cell.Ways[i]))})
	}
	for _, where := range cell.Denied {
		shown.Denied = append(shown.Denied, notes.marks([]int{notes.number("taken in", where, "", "")})...)
	}
	if len(shown.Denied) > 0 && shown.Class == "yes" {
		shown.Class = "if"
	}
	return shown
}

// lacksFeature reports whether an alternative requires a feature that the organization does not have.
func (p *page) lacksFeature(alternative document.Alternative) bool {
	return slices.ContainsFunc(alternative.RequiredFeatures, func(feature string) bool {
		return !slices.Contains(p.Matrix.document.Features, feature)
	})
}
