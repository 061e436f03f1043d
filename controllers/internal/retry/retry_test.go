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
	roles     = schema.GroupResource{Group: "rolewright.dev", Resource: "roles"}
	conflict  = apierrors.NewConflict(roles, "clerk", errors.New("it changed"))
	exists    = apierrors.NewAlreadyExists(roles, "clerk")
	notFound  = apierrors.NewNotFound(roles, "clerk")
	forbidden = apierrors.NewForbidden(roles, "clerk", errors.New("no right"))
	invalid   = apierrors.NewInvalid(schema.GroupKind{Kind: "Role"}, "clerk", nil)
	bad       = apierrors.NewBadRequest("no JSON")
	tooLarge  = apierrors.NewRequestEntityTooLargeError("3 MiB")
	down      = errors.New("connection refused")
)

func TestResult(t *testing.T) {
	again := ctrl.Result{RequeueAfter: retry.Delay}
	for _, test := range []struct {
		err     error
		want    ctrl.Result
		wantErr bool
	}{
		{nil, ctrl.Result{}, false},
		{conflict, again, false},
		{exists, again, false},
		{notFound, again, false},
		{fmt.Errorf("writing: %w", conflict), again, false},
		{fmt.Errorf("listing: %w", context.Canceled), ctrl.Result{}, false},
		{context.DeadlineExceeded, ctrl.Result{}, true},
		{forbidden, ctrl.Result{}, true},
		{down, ctrl.Result{}, true},
	} {
		got, err := retry.Result(test.err)
		if got != test.want || (err != nil) != test.wantErr || (test.wantErr && !errors.Is(err, test.err)) {
			t.Errorf("%v: %+v, %v; want %+v, an error: %v", test.err, got, err, test.want, test.wantErr)
		}
	}
}

func TestIsRefused(t *testing.T) {
	for _, err := range []error{forbidden, invalid, bad, tooLarge, fmt.Errorf("writing: %w", forbidden)} {
		if !retry.IsRefused(err) || retry.IsOutdated(err) {
			t.Errorf("%v is no refusal, or counts as outdated", err)
		}
	}
	for _, err := range []error{nil, conflict, exists, notFound, down, context.Canceled} {
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
		{[]error{nil, conflict, notFound}, conflict},
		{[]error{conflict, forbidden, down}, forbidden},
		{[]error{down, conflict, forbidden}, down},
	} {
		if got := retry.MostSevere(test.failures...); !errors.Is(got, test.want) || (got == nil) != (test.want == nil) {
			t.Errorf("of %v it picks %v, want %v", test.failures, got, test.want)
		}
	}
}
