// SPDX-License-Identifier: Apache-2.0

package acceptance

import (
	"encoding/csv"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// cell is a cell of a matrix.
type cell struct{ section, permission, role string }

// matrix maps cells to alternatives in canonical form: conditions sorted and joined by +, alternatives sorted and joined by
// |. Empty cells are absent.
type matrix map[cell]string

// prescribedMatrix reads the matrix of a system. The second result holds the permissions and roles in it.
func (s system) prescribedMatrix() (matrix, []string, error) {
	file, err := os.Open(s.testdata("matrix.csv"))
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = file.Close() }()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return nil, nil, err
	}
	read, names := matrix{}, slices.Clone(rows[0][2:])
	for _, row := range rows[1:] {
		names = append(names, row[1])
		for i, text := range row[2:] {
			if text != "" {
				read[cell{row[0], row[1], rows[0][2+i]}] = spell(strings.Split(text, "|"))
			}
		}
	}
	slices.Sort(names)
	return read, names, nil
}

// resolvedMatrix is the matrix of a document, with its permissions and roles. Platform roles have their plain names.
func resolvedMatrix(doc *document.Document) (matrix, []string) {
	resolved := matrix{}
	names := slices.Collect(maps.Keys(doc.Permissions))
	for key, role := range doc.Roles {
		name := strings.TrimPrefix(key, model.KindPlatformRole+"/")
		names = append(names, name)
		for permission, alternatives := range role.Permissions {
			texts := make([]string, 0, len(alternatives))
			for _, alternative := range alternatives {
				texts = append(texts, alternative.String())
			}
			resolved[cell{doc.Permissions[permission].Section, permission, name}] = spell(texts)
		}
	}
	slices.Sort(names)
	return resolved, names
}

// spell returns alternatives in canonical form, without those that another one includes.
func spell(texts []string) string {
	alternatives := make([][]string, 0, len(texts))
	for _, text := range texts {
		conditions := strings.Split(text, "+")
		if text == document.Always {
			conditions = nil
		}
		slices.Sort(conditions)
		alternatives = append(alternatives, conditions)
	}
	var spelled []string
	for i, alternative := range alternatives {
		if !slices.ContainsFunc(alternatives, func(other []string) bool {
			return len(other) < len(alternative) && !slices.ContainsFunc(other, func(c string) bool { return !slices.Contains(alternatives[i], c) })
		}) {
			spelled = append(spelled, strings.Join(alternative, "+"))
		}
	}
	slices.Sort(spelled)
	if text := strings.Join(slices.Compact(spelled), "|"); text != "" {
		return text
	}
	return document.Always
}

// differences lists, sorted, the cells in which two matrices differ.
func (m matrix) differences(prescribed matrix) []string {
	var found []string
	for at, want := range prescribed {
		if got := m[at]; got != want {
			found = append(found, fmt.Sprintf("%s, %s: %q; prescribed is %q", at.permission, at.role, got, want))
		}
	}
	for at, got := range m {
		if _, known := prescribed[at]; !known {
			found = append(found, fmt.Sprintf("%s, %s: %q; prescribed is nothing", at.permission, at.role, got))
		}
	}
	slices.Sort(found)
	return found
}
