// SPDX-License-Identifier: Apache-2.0

package view

import (
	"bytes"

	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/matrix"
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
	// Rows counts the permissions that are shown, and Total all of them.
	Rows, Total int

	matrix *matrix.Matrix
}

// NewMatrix returns the page with the rows and columns that options keep.
func NewMatrix(o *state.Organization, options matrix.Options) *Matrix {
	m := &Matrix{Options: options, Total: len(o.Document.Permissions)}
	all, err := matrix.New(o.Document, o.World.Catalog, o.Texts, matrix.Options{})
	if err == nil {
		m.All = all.Columns
		for i := range all.Sections {
			m.SectionNames = append(m.SectionNames, all.Sections[i].Name)
		}
		m.matrix, err = matrix.New(o.Document, o.World.Catalog, o.Texts, options)
	}
	if err != nil {
		m.Wrong = err.Error()
		return m
	}
	for i := range m.matrix.Sections {
		m.Rows += len(m.matrix.Sections[i].Rows)
	}
	var html bytes.Buffer
	err = m.matrix.Fragment(&html, matrix.Links{
		Role:       func(key string) string { return Path(o, "role", "name", key) },
		Permission: func(name string) string { return Path(o, "permission", "name", name) },
	})
	if err != nil {
		m.Wrong = err.Error()
	}
	m.HTML = html.String()
	return m
}

// CSV returns the table for a spreadsheet.
func (m *Matrix) CSV() ([]byte, error) {
	var out bytes.Buffer
	err := m.matrix.CSV(&out)
	return out.Bytes(), err
}
