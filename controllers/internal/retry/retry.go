// SPDX-License-Identifier: Apache-2.0

package retry

import (
	"context"
	"errors"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	ctrl "sigs.k8s.io/controller-runtime"
)

// Delay is how long to wait before another try after the cache was behind: what changed is on its way.
const Delay = 100 * time.Millisecond

// Result returns what a Reconcile returns for an error.
func Result(err error) (ctrl.Result, error) {
	switch {
	case IsOutdated(err):
		return ctrl.Result{RequeueAfter: Delay}, nil
	case errors.Is(err, context.Canceled):
		return ctrl.Result{}, nil
	default:
		return ctrl.Result{}, err
	}
}

// IsOutdated reports whether a write failed because the cache was behind: another try will find what changed.
func IsOutdated(err error) bool {
	return apierrors.IsConflict(err) || apierrors.IsAlreadyExists(err) || apierrors.IsNotFound(err)
}

// IsRefused reports whether the API server understood a write and does not allow it.
func IsRefused(err error) bool {
	return apierrors.IsForbidden(err) || apierrors.IsInvalid(err) || apierrors.IsBadRequest(err) ||
		apierrors.IsRequestEntityTooLargeError(err)
}

// MostSevere returns the first error that is not merely about the cache being behind, else the first error, nil if there is
// none.
func MostSevere(failures ...error) error {
	var first error
	for _, err := range failures {
		switch {
		case err == nil:
		case !IsOutdated(err):
			return err
		case first == nil:
			first = err
		}
	}
	return first
}
