// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
)

// TestInstallationConflict: only a replica of another installation that may still lead is in the way.
func TestInstallationConflict(t *testing.T) {
	now := time.Date(2030, time.June, 1, 8, 0, 0, 0, time.UTC)
	const ours, theirs = "system:serviceaccount:here:manager", "system:serviceaccount:there:manager"
	installation := &Installation{
		Clock: func() time.Time { return now }, namespace: "kube-system", name: "lease", identity: ours + "/pod-1_uid",
	}
	for name, test := range map[string]struct {
		holder    string
		renewed   time.Duration
		conflicts bool
	}{
		"nobody":                           {"", 0, false},
		"itself":                           {ours + "/pod-1_uid", 0, false},
		"a replica":                        {ours + "/pod-2_uid", 0, false},
		"another":                          {theirs + "/pod-1_uid", 0, true},
		"another, long ago":                {theirs + "/pod-1_uid", -15 * time.Second, false},
		"another, nearly that long ago":    {theirs + "/pod-1_uid", -14 * time.Second, true},
		"another, by a clock in advance":   {theirs + "/pod-1_uid", time.Hour, true},
		"a user with a slash":              {ours + "/x/pod-1_uid", 0, true},
		"a holder of an earlier version":   {"pod-1_uid", 0, false},
		"a user whose name begins as ours": {ours + "-2/pod-1_uid", 0, true},
	} {
		seconds := int32(15)
		lease := &coordinationv1.Lease{Spec: coordinationv1.LeaseSpec{
			HolderIdentity: &test.holder, LeaseDurationSeconds: &seconds, RenewTime: &metav1.MicroTime{Time: now.Add(test.renewed)},
		}}
		err := installation.conflict(lease)
		if (err != nil) != test.conflicts {
			t.Errorf("%s: got %v", name, err)
		}
		if err != nil && !strings.Contains(err.Error(), "Lease kube-system/lease") {
			t.Errorf("%s: %v does not name the Lease", name, err)
		}
	}
	if err := installation.conflict(&coordinationv1.Lease{}); err != nil {
		t.Errorf("an empty Lease: %v", err)
	}
}

// TestUserOf: an installation is known by what its credentials say, without a question to the API server.
func TestUserOf(t *testing.T) {
	const account = "system:serviceaccount:here:manager"
	claims := base64.RawURLEncoding.EncodeToString([]byte(`{"iss": "x", "sub": "` + account + `"}`))
	for name, test := range map[string]struct {
		config rest.Config
		want   string
	}{
		"nothing":                {rest.Config{}, ""},
		"a service account":      {rest.Config{BearerToken: "e30." + claims + ".c2ln"}, account},
		"an opaque token":        {rest.Config{BearerToken: "0123456789"}, ""},
		"a token with no claims": {rest.Config{BearerToken: "a.b.c"}, ""},
		"impersonation":          {rest.Config{BearerToken: "0123456789", Impersonate: rest.ImpersonationConfig{UserName: account}}, account},
	} {
		if got, err := userOf(&test.config); err != nil || got != test.want {
			t.Errorf("%s: got %q, %v; want %q", name, got, err, test.want)
		}
	}
}
