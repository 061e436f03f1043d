// SPDX-License-Identifier: Apache-2.0

package matrix

import (
	"bytes"
	_ "embed" // for the page
	"html/template"
	"io"
	"slices"

	"github.com/rolewright/rolewright/internal/english"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

var (
	//go:embed page.html
	pageText string
	//go:embed page.css
	pageStyle string

	pageTemplate = template.Must(template.New("page").Parse(pageText))
)

// HTML writes the matrix as one page without scripts that loads nothing.
func (m *Matrix) HTML(w io.Writer) error {
	var out bytes.Buffer
	if err := pageTemplate.Execute(&out, m.page()); err != nil {
		return err
	}
	_, err := w.Write(out.Bytes())
	return err
}

// page is the input of the template.
type page struct {
	Matrix *Matrix
	Style  template.CSS
	// Title and CatalogTitle are the display names of the organization and its catalog.
	Title, CatalogTitle string
	// Groups are the categories of the columns; it is empty if no column has one.
	Groups      []pageGroup
	Roles       []pageRole
	Sections    []pageSection
	permissions int
	Notes       []footnote
	// Conditional is set if a cell has a condition, Off if it requires a feature that the organization does not have.
	Conditional, Off bool
}

// pageGroup is a group of adjacent columns.
type pageGroup struct {
	Name  string
	Width int
}

type pageRole struct {
	Name, Title, Description string
	Origin                   Origin
	// First marks the first column of a group.
	First bool
	// Rules are what its holders may change of the organization.
	Rules []pageRule
}

type pageRule struct {
	Text  string
	Marks []int
}

type pageSection struct {
	Name, Title, Description string
	Rows                     []pageRow
}

type pageRow struct {
	Name, Title, Description string
	Marks                    []int
	Refused                  bool
	Cells                    []pageCell
}

// pageCell shows the alternatives under which a role holds a permission. Class is its class in the style sheet.
type pageCell struct {
	Class        string
	First        bool
	Alternatives []pageAlternative
}

// pageAlternative is one alternative: the numbers of its conditions, and whether it requires a feature that is turned off.
type pageAlternative struct {
	Marks []int
	Off   bool
}

func (m *Matrix) page() *page {
	p := &page{
		Matrix: m, Style: template.CSS(pageStyle), //nolint:gosec // The style is part of the program.
		Title: Text{DisplayName: m.texts.Organization}.title(m.Organization), CatalogTitle: Text{DisplayName: m.texts.Catalog}.title(m.Catalog),
	}
	p.addColumns()
	notes := m.footnotes()
	for i := range m.Sections {
		p.addSection(&m.Sections[i], notes)
	}
	p.addAdministration(notes)
	p.Notes = notes.list
	return p
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
		p.Roles = append(p.Roles, pageRole{
			Name: column.Name, Title: text.title(column.Name), Description: text.Description, Origin: column.Origin, First: first,
		})
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
			rule := pageRule{Text: of.Rules[i].Text(), Marks: notes.forRule(of.Rules[i].Rule)}
			p.Roles[column].Rules = append(p.Roles[column].Rules, rule)
		}
	}
}

// Span returns the number of columns of the table.
func (p *page) Span() int { return 1 + len(p.Roles) }

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

func (p *page) addSection(section *Section, notes *footnotes) {
	text := p.Matrix.texts.Sections[section.Name]
	shown := pageSection{Name: section.Name, Title: text.title(section.Name), Description: text.Description}
	for i := range section.Rows {
		row := &section.Rows[i]
		text := p.Matrix.texts.Permissions[row.Permission]
		line := pageRow{
			Name: row.Permission, Title: text.title(row.Permission), Description: text.Description,
			Marks: notes.forRow(row), Refused: row.Refused != "",
		}
		for column, cell := range row.Cells {
			line.Cells = append(line.Cells, p.cell(cell, p.Roles[column].First, notes))
		}
		shown.Rows = append(shown.Rows, line)
		p.permissions++
	}
	p.Sections = append(p.Sections, shown)
}

func (p *page) cell(cell Cell, first bool, notes *footnotes) pageCell {
	shown := pageCell{Class: "no", First: first}
	for _, alternative := range cell {
		shownAlternative := pageAlternative{Marks: notes.forAlternative(alternative), Off: p.lacksFeature(alternative)}
		shown.Alternatives = append(shown.Alternatives, shownAlternative)
		switch {
		case shownAlternative.Off:
			p.Off = true
			if shown.Class == "no" {
				shown.Class = "off"
			}
		case len(shownAlternative.Marks) == 0:
			shown.Class = "yes"
		case shown.Class != "yes":
			shown.Class = "if"
		}
		p.Conditional = p.Conditional || len(shownAlternative.Marks) > 0
	}
	slices.SortStableFunc(shown.Alternatives, func(a, b pageAlternative) int { return slices.Compare(a.Marks, b.Marks) })
	return shown
}

// lacksFeature reports whether an alternative requires a feature that the organization does not have.
func (p *page) lacksFeature(alternative document.Alternative) bool {
	return slices.ContainsFunc(alternative.RequiredFeatures, func(feature string) bool {
		return !slices.Contains(p.Matrix.document.Features, feature)
	})
}
