// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"time"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/snapshot"
)

// withOrganizations adds, to what was found about an object that belongs to no organization, what is found about it in
// organizations, with the organization in which it was found first. An Error becomes a Warning: no organization makes an object
// of the platform not Ready, for others and for its owner.
func withOrganizations(found []resolve.Finding, about model.Ref, snapshots []*snapshot.Snapshot, now time.Time) []resolve.Finding {
	seen := make(map[resolve.Finding]bool, len(found))
	for _, finding := range found {
		seen[finding] = true
	}
	for _, s := range snapshots {
		for _, finding := range s.FindingsAt(now).ByObject[about] {
			if !seen[finding] {
				seen[finding] = true
				finding.Severity = max(finding.Severity, resolve.Warning)
				finding.Message = fmt.Sprintf("in organization %q of namespace %q, %s", s.Key.Name, s.Key.Namespace, finding.Message)
				found = append(found, finding)
			}
		}
	}
	return resolve.Sorted(found)
}
