// SPDX-License-Identifier: Apache-2.0

package tenants

import (
	"log/slog"

	"github.com/rolewright/rolewright/pkg/permissions"
)

// Journal tells what becomes of the sources of tenants.
type Journal struct {
	Log *slog.Logger
	// Reloaded is told of every state that is new, and whether it was taken; nil tells nobody.
	Reloaded func(taken bool)
}

// Note tells what has happened to an organization's source between two looks at its state. What has been told of is not told
// again.
func (j *Journal) Note(key Key, before, now *permissions.State) {
	log := j.Log.With("organization", key.String(), "revision", now.Revision)
	taken := now.Revision > 0 && (now.Revision != before.Revision || now.UID != before.UID)
	refused := isNews(now.Refusal, before.Refusal)
	switch {
	case taken && before.Revision == 0:
		log.Info("Serving", "users", now.Counts.Users)
	case taken:
		log.Info("Reloaded", "users", now.Counts.Users)
	case refused:
		log.Error("What is published is not taken; what was read before is served on", "error", now.Refusal)
	}
	if isNews(now.Failure, before.Failure) {
		log.Error("What is published cannot be looked at; what was read before is served on", "error", now.Failure)
	}
	if j.Reloaded != nil && (taken || refused) {
		j.Reloaded(taken)
	}
}

// isNews says whether an error is there that was not, by its text: looking again makes it anew.
func isNews(now, before error) bool {
	return now != nil && (before == nil || now.Error() != before.Error())
}
