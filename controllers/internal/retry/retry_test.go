// SPDX-License-Identifier: Apache-2.0

package retry_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/rolewright/rolewright/controllers/internal/retry"
)

var (
	roles        = schema.GroupResource{Group: "rolewright.dev", Resource: "roles"}
	errConflict  = apierrors.NewConflict(roles, "clerk", errors.New("it changed"))
	errExists    = apierrors.NewAlreadyExists(roles, "clerk")
	errNotFound  = apierrors.NewNotFound(roles, "clerk")
	errForbidden = apierrors.NewForbidden(roles, "clerk", errors.New("no right"))
	errInvalid   = apierrors.NewInvalid(schema.GroupKind{Kind: "Role"}, "clerk", nil)
	errBad       = apierrors.NewBadRequest("no JSON")
	errTooLarge  = apierrors.NewRequestEntityTooLargeError("3 MiB")
	errDown      = errors.New("connection refused")
)

func TestResult(t *testing.T) {
	again := ctrl.Result{RequeueAfter: retry.Delay}
	for _, test := range []struct {
		err     error
		want    ctrl.Result
		wantErr bool
	}{
		{nil, ctrl.Result{}, false},
		{errConflict, again, false},
		{errExists, again, false},
		{errNotFound, again, false},
		{fmt.Errorf("writing: %w", errConflict), again, false},
		{fmt.Errorf("listing: %w", context.Canceled), ctrl.Result{}, false},
		{context.DeadlineExceeded, ctrl.Result{}, true},
		{errForbidden, ctrl.Result{}, true},
		{errDown, ctrl.Result{}, true},
	} {
		got, err := retry.Result(test.err)
		if got != test.want || (err != nil) != test.wantErr || (test.wantErr && !errors.Is(err, test.err)) {
			t.Errorf("%v: %+v, %v; want %+v, an error: %v", test.err, got, err, test.want, test.wantErr)
		}
	}
}

func TestIsRefused(t *testing.T) {
	for _, err := range []error{errForbidden, errInvalid, errBad, errTooLarge, fmt.Errorf("writing: %w", errForbidden)} {
		if !retry.IsRefused(err) || retry.IsOutdated(err) {
			t.Errorf("%v is no refusal, or counts as outdated", err)
		}
	}
	for _, err := range []error{nil, errConflict, errExists, errNotFound, errDown, context.Canceled} {
		if retry.IsRefused(err) {
			t.Errorf("%v is a refusal", err)
		}
	}
}

func TestMostSevere(t *testing.T) {
	for _, test := range []struct {
		failures []error
		want     error
	}{
		{nil, nil},
		{[]error{nil, nil}, nil},
		{[]error{nil, errConflict, errNotFound}, errConflict},
		{[]error{errConflict, errForbidden, errDown}, errForbidden},
		{[]error{errDown, errConflict, errForbidden}, errDown},
	} {
		if got := retry.MostSevere(test.failures...); !errors.Is(got, test.want) || (got == nil) != (test.want == nil) {
			t.Errorf("of %v it picks %v, want %v", test.failures, got, test.want)
		}
	}
}
