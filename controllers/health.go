// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"net/http"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/healthz"

	"github.com/rolewright/rolewright/internal/debounce"
	"github.com/rolewright/rolewright/internal/snapshot"
)

// maxLag is how long a change may wait to be resolved before the replica is not ready.
const maxLag = 2 * time.Minute

// addChecks adds the checks of health and readiness.
func addChecks(manager ctrl.Manager, store *snapshot.Store, debouncer *debounce.Debouncer, clock func() time.Time) error {
	if err := manager.AddHealthzCheck("ping", healthz.Ping); err != nil {
		return err
	}
	if err := manager.AddReadyzCheck("resolved", func(*http.Request) error { return store.Ready() }); err != nil {
		return err
	}
	return manager.AddReadyzCheck("up-to-date", func(*http.Request) error { return upToDate(debouncer.Oldest(), clock()) })
}

// upToDate returns an error if the oldest change that is not resolved, if there is one, is too old.
func upToDate(oldest, now time.Time) error {
	if oldest.IsZero() || now.Sub(oldest) <= maxLag {
		return nil
	}
	return fmt.Errorf("a change has waited for %s to be resolved", now.Sub(oldest).Truncate(time.Second))
}
