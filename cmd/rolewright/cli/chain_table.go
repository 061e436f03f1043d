// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"github.com/rolewright/rolewright/internal/requests"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// planRows returns a row for each pool of each step.
func planRows(chain *document.Chain, plan *access.ApprovalPlan) [][]string {
	var rows [][]string
	for _, pool := range requests.Pools(chain, plan) {
		users := orNone(pool.Users)
		if pool.Step == "" {
			rows = append(rows, []string{"", "", "", pool.Pool, users})
			continue
		}
		rows = append(rows, []string{pool.Step, pool.Disposition, orNone(pool.Needs), orNone(pool.Pool), users})
	}
	return rows
}
