// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"time"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// withOrganizations adds, to what was found about an object that belongs to no organization, what is found about it in
// organizations and in platform documents, with that in which it was found first. An Error becomes a Warning: no organization makes an
// object of the platform not Ready, for others and for its owner.
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
				finding.Message = foundIn(s) + finding.Message
				found = append(found, finding)
			}
		}
	}
	return resolve.Sorted(found)
}

// foundIn begins what is said of a snapshot alone.
func foundIn(s *snapshot.Snapshot) string {
	if catalog, is := document.PlatformCatalog(s.Key.Name); is {
		return fmt.Sprintf("on the platform itself, by catalog %q, ", catalog)
	}
	return fmt.Sprintf("in organization %q of namespace %q, ", s.Key.Name, s.Key.Namespace)
}
