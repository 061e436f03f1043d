// SPDX-License-Identifier: Apache-2.0

package matrix

import (
	"bytes"
	_ "embed" // for the page
	"fmt"
	"html/template"
	"io"
	"slices"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

var (
	//go:embed page.html
	pageText string
	//go:embed page.css
	pageStyle string

	pageTemplate = template.Must(template.New("page").Parse(pageText))
)

// HTML writes the matrix as one page that needs nothing else: no script, and nothing to load.
func (m *Matrix) HTML(w io.Writer) error {
	var out bytes.Buffer
	if err := pageTemplate.Execute(&out, m.page()); err != nil {
		return err
	}
	_, err := w.Write(out.Bytes())
	return err
}

// page is what the template shows.
type page struct {
	*Matrix

	Style template.CSS
	// Title and CatalogTitle are what people call the organization and its catalog.
	Title, CatalogTitle string
	// Groups are the categories of the columns; none when that of all is empty.
	Groups      []pageGroup
	Roles       []pageRole
	Sections    []pageSection
	permissions int
	Notes       []footnote
	// Conditional and Off report whether any cell has a condition, and one that this organization does not meet.
	Conditional, Off bool
}

// pageGroup is a run of columns.
type pageGroup struct {
	Name  string
	Width int
}

type pageRole struct {
	Column
	Title, Description string
	// First is set on the first column of a group.
	First bool
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

// pageCell shows the ways in which a role holds a permission. Class is what the style tells cells apart by.
type pageCell struct {
	Class string
	First bool
	Ways  []pageWay
}

// pageWay is one alternative: the numbers of its conditions, and whether it asks for a feature that is turned off.
type pageWay struct {
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
	p.Notes = notes.list
	return p
}

// addColumns adds the roles, and the groups that they stand in.
func (p *page) addColumns() {
	named := false
	for i, column := range p.Columns {
		group := column.Category
		if group == "" && column.Origin == Platform {
			group = "platform"
		}
		named = named || group != ""
		first := i == 0 || p.Groups[len(p.Groups)-1].Name != group || (column.Origin == Platform) != (p.Columns[i-1].Origin == Platform)
		if first {
			p.Groups = append(p.Groups, pageGroup{Name: group})
		}
		p.Groups[len(p.Groups)-1].Width++
		text := p.texts.Roles[column.Key].Text
		p.Roles = append(p.Roles, pageRole{Column: column, Title: text.title(column.Name), Description: text.Description, First: first})
	}
	if !named {
		p.Groups = nil
	}
}

// Span is the number of columns of the table.
func (p *page) Span() int { return 1 + len(p.Roles) }

// wide is how many roles a page in portrait has room for.
const wide = 12

// Wide reports whether the page is to be printed in landscape.
func (p *page) Wide() bool { return len(p.Roles) > wide }

// Number is what the note of an index is called.
func (p *page) Number(index int) int { return index + 1 }

// Counts says how much the page shows.
func (p *page) Counts() string {
	return plural(len(p.Roles), "role") + ", " + plural(p.permissions, "permission")
}

func plural(count int, noun string) string {
	if count == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", count, noun)
}

// Where says where the role comes from.
func (r pageRole) Where() string {
	return [...]string{
		Standard: "Ships with the platform.", Custom: "The organization's own.", Platform: "Held over organizations, by people of the platform.",
	}[r.Origin]
}

func (p *page) addSection(section *Section, notes *footnotes) {
	text := p.texts.Sections[section.Name]
	shown := pageSection{Name: section.Name, Title: text.title(section.Name), Description: text.Description}
	for i := range section.Rows {
		row := &section.Rows[i]
		text := p.texts.Permissions[row.Permission]
		line := pageRow{
			Name: row.Permission, Title: text.title(row.Permission), Description: text.Description,
			Marks: notes.ofRow(row), Refused: row.Refused != "",
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
		way := pageWay{Marks: notes.of(alternative), Off: p.lacks(alternative)}
		shown.Ways = append(shown.Ways, way)
		switch {
		case way.Off:
			p.Off = true
			if shown.Class == "no" {
				shown.Class = "off"
			}
		case len(way.Marks) == 0:
			shown.Class = "yes"
		case shown.Class != "yes":
			shown.Class = "if"
		}
		p.Conditional = p.Conditional || len(way.Marks) > 0
	}
	slices.SortStableFunc(shown.Ways, func(a, b pageWay) int { return slices.Compare(a.Marks, b.Marks) })
	return shown
}

// lacks reports whether an alternative asks for a feature that the organization does not have.
func (p *page) lacks(alternative document.Alternative) bool {
	return slices.ContainsFunc(alternative.Features, func(feature string) bool { return !slices.Contains(p.document.Features, feature) })
}
