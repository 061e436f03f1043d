// SPDX-License-Identifier: Apache-2.0

package tenants

import (
	"github.com/go-logr/logr"

	"github.com/rolewright/rolewright/pkg/permissions"
)

// ReloadLog logs and counts what sources accept and refuse.
type ReloadLog struct {
	// Log receives what is new since the last time.
	Log logr.Logger
	// Reloaded is called for every new state with whether it was accepted; it may be nil.
	Reloaded func(accepted bool)
}

// Record logs what has changed in an organization's source between two looks at its state.
func (l *ReloadLog) Record(key Key, before, now *permissions.State) {
	log := l.Log.WithValues("organization", key.String(), "revision", now.Revision)
	accepted := now.Revision > 0 && (now.Revision != before.Revision || now.UID != before.UID)
	refused := isNew(now.Refusal, before.Refusal)
	switch {
	case accepted && before.Revision == 0:
		log.Info("Serving", "users", now.Counts.Users)
	case accepted:
		log.Info("Reloaded", "users", now.Counts.Users)
	case refused:
		log.Error(now.Refusal, "Refused what is published; still serving what was read before")
	}
	if isNew(now.Err, before.Err) {
		log.Error(now.Err, "Cannot read what is published; still serving what was read before")
	}
	if l.Reloaded != nil && (accepted || refused) {
		l.Reloaded(accepted)
	}
}

// isNew reports whether there is an error that was not there before. Errors are compared by text, since every attempt makes
// another one.
func isNew(now, before error) bool {
	return now != nil && (before == nil || now.Error() != before.Error())
}
