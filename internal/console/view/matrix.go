// SPDX-License-Identifier: Apache-2.0

package view

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/matrix"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/validation"
)

// Matrix is the page of roles by permissions.
type Matrix struct {
	matrix.Options
	// Wrong says why there is no table; empty if there is one.
	Wrong string
	// All are the names of all columns, and SectionNames those of all sections.
	All          []matrix.Column
	SectionNames []string
	// HTML is the table with its legend and notes.
	HTML string
	// Spreadsheet is the address of the same table as CSV.
	Spreadsheet string
	// Rows counts the permissions that are shown, and Total all of them.
	Rows, Total int

	matrix *matrix.Matrix
}

// NewMatrix returns the page with the rows and columns that options keep.
func NewMatrix(o *state.Organization, read time.Time, options matrix.Options) *Matrix {
	m := &Matrix{Options: options, Total: len(o.Document.Permissions)}
	m.All, m.SectionNames = matrix.Columns(o.Document, o.Texts), matrix.SectionNames(o.Document, o.Environment.Catalog)
	var err error
	if m.matrix, err = matrix.New(o.Document, o.Environment.Catalog, o.Texts, options); err != nil {
		m.Wrong = err.Error()
		return m
	}
	for i := range m.matrix.Sections {
		m.Rows += len(m.matrix.Sections[i].Rows)
	}
	var html bytes.Buffer
	err = m.matrix.Fragment(&html, aboutMatrix(o, read, m.matrix), matrix.Links{
		Role:       func(key string) string { return Path(o, "role", "name", key) },
		Permission: func(name string) string { return Path(o, "permission", "name", name) },
		Holders:    func(key string) string { return Path(o, "role", "name", key) + "#holders" },
		User:       func(id string) string { return Path(o, "user", "id", id) },
	})
	if err != nil {
		m.Wrong = err.Error()
	}
	m.HTML = html.String()
	return m
}

// mostFindings is how many findings stand below a matrix.
const mostFindings = 20

// aboutMatrix returns what the page says beside the table: of its roles, its catalog and its user.
func aboutMatrix(o *state.Organization, read time.Time, m *matrix.Matrix) *matrix.About {
	shown := map[model.Ref]bool{}
	for i := range m.Columns {
		shown[roleRef(o, m.Columns[i].Key)] = true
	}
	if o.Environment.Catalog != nil {
		shown[o.Environment.Catalog.Ref] = true
	}
	if m.User != nil {
		for _, ref := range objectsOf(o, m.User.ID) {
			shown[ref] = true
		}
	}
	about := &matrix.About{Time: read, Holders: o.Resolution.Holders}
	if published := o.Publication(); published != nil {
		about.Revision, about.PublishTime = published.Revision, published.PublishTime.Time
	}
	found := slices.DeleteFunc(slices.Clone(o.Findings), func(f validation.Finding) bool { return !shown[f.Object] })
	slices.SortStableFunc(found, func(a, b validation.Finding) int { return cmp.Compare(a.Severity, b.Severity) })
	about.Omitted = max(0, len(found)-mostFindings)
	for i := range found[:len(found)-about.Omitted] {
		about.Findings = append(about.Findings, matrix.Finding{
			Severity: found[i].Severity.String(), Subject: found[i].Subject(), Message: found[i].Message,
			Href: ObjectPath(found[i].Object, found[i].Field),
		})
	}
	return about
}

// CSV returns the table for a spreadsheet.
func (m *Matrix) CSV() ([]byte, error) {
	var out bytes.Buffer
	err := m.matrix.CSV(&out)
	return out.Bytes(), err
}
