// SPDX-License-Identifier: Apache-2.0

package matrix

import (
	"io"

	"github.com/rolewright/rolewright/internal/spreadsheet"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// CSV writes a line for each permission below the header section,permission,<role>…, with the column of a user last.
func (m *Matrix) CSV(w io.Writer) error {
	records := [][]string{append([]string{"section", "permission"}, m.Roles()...)}
	if m.User != nil {
		records[0] = append(records[0], m.User.ID)
	}
	for _, section := range m.Sections {
		for _, row := range section.Rows {
			record := []string{section.Name, row.Permission}
			for _, cell := range row.Cells {
				record = append(record, cell.String())
			}
			if m.User != nil {
				record = append(record, m.User.held[row.Permission].String())
			}
			records = append(records, record)
		}
	}
	return spreadsheet.Write(w, records)
}

// jsonMatrix is the shape of the JSON rendering.
type jsonMatrix struct {
	Namespace    string   `json:"namespace,omitempty"`
	Organization string   `json:"organization"`
	Catalog      string   `json:"catalog"`
	Roles        []string `json:"roles"`
	// PlatformRoles lists those of the roles that the platform ships.
	PlatformRoles []string                      `json:"platformRoles,omitempty"`
	Permissions   []jsonRow                     `json:"permissions"`
	Qualifiers    map[string]document.Condition `json:"qualifiers,omitempty"`
	Prohibitions  map[string]document.Condition `json:"prohibitions,omitempty"`
	Features      []string                      `json:"features,omitempty"`
	// Administration maps each role whose holders may change something of the organization to the rules that say what.
	Administration map[string][]jsonAdministration `json:"administration,omitempty"`
}

type jsonAdministration struct {
	// InheritedFrom is the role that the rule is inherited from.
	InheritedFrom string `json:"inheritedFrom,omitempty"`
	*document.AdministrationRule
}

type jsonRow struct {
	Section      string   `json:"section,omitempty"`
	Permission   string   `json:"permission"`
	Prohibitions []string `json:"prohibitions,omitempty"`
	Refused      string   `json:"refused,omitempty"`
	// Held maps each role that holds the permission to the alternatives under which it does.
	Held map[string][]document.Alternative `json:"held"`
}

// JSON returns what encodes to the matrix in JSON: roles, permissions with who holds them under which alternatives, the named
// conditions, the features of the organization, and what the holders of each role may change of it.
func (m *Matrix) JSON() any {
	out := jsonMatrix{
		Namespace: m.Namespace, Organization: m.Organization, Catalog: m.Catalog, Roles: m.Roles(), Permissions: []jsonRow{},
		Qualifiers: map[string]document.Condition{}, Prohibitions: map[string]document.Condition{}, Features: m.document.Features,
	}
	for i := range m.Columns {
		if m.Columns[i].Origin != Custom {
			out.PlatformRoles = append(out.PlatformRoles, m.Columns[i].Name)
		}
	}
	for _, section := range m.Sections {
		for _, row := range section.Rows {
			r := jsonRow{
				Section: section.Name, Permission: row.Permission, Prohibitions: row.Prohibitions, Refused: row.Refused,
				Held: map[string][]document.Alternative{},
			}
			for _, prohibition := range row.Prohibitions {
				out.Prohibitions[prohibition] = m.document.Prohibitions[prohibition]
			}
			for column, cell := range row.Cells {
				if len(cell) > 0 {
					r.Held[m.Columns[column].Name] = cell
				}
				for _, alternative := range cell {
					for _, qualifier := range alternative.Qualifiers {
						out.Qualifiers[qualifier] = m.document.Qualifiers[qualifier]
					}
				}
			}
			out.Permissions = append(out.Permissions, r)
		}
	}
	m.addAdministration(&out)
	return out
}

func (m *Matrix) addAdministration(out *jsonMatrix) {
	for _, of := range m.Administration {
		if out.Administration == nil {
			out.Administration = map[string][]jsonAdministration{}
		}
		for _, r := range of.Rules {
			out.Administration[of.Role] = append(out.Administration[of.Role], jsonAdministration{InheritedFrom: r.From, AdministrationRule: r.Rule})
			for _, qualifier := range r.Rule.Qualifiers {
				out.Qualifiers[qualifier] = m.document.Qualifiers[qualifier]
			}
		}
	}
}
