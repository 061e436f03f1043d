// SPDX-License-Identifier: Apache-2.0

package certificate

import (
	"bytes"
	"maps"
	"testing"
	"time"
)

var names = []string{"webhook.system.svc", "localhost"}

// TestRotate follows a Secret from its first certificate to the second.
func TestRotate(t *testing.T) {
	now := time.Now()
	turn := func(data map[string][]byte, trusted []byte, now time.Time) map[string][]byte {
		t.Helper()
		kept := maps.Clone(data)
		next, err := rotate(data, trusted, names, Validity, now)
		if err != nil {
			t.Fatal(err)
		}
		if !maps.EqualFunc(data, kept, bytes.Equal) {
			t.Fatal("the data were changed")
		}
		return next
	}
	same := func(a, b map[string][]byte) bool { return maps.EqualFunc(a, b, bytes.Equal) }

	first := turn(nil, nil, now)
	serving := pair{first[certKey], first[keyKey]}
	if !serving.isUsable(names, now) || !holds(first[bundleKey], serving.authority()) || len(first[nextCertKey]) > 0 {
		t.Fatal("an empty Secret gets a certificate that can be served, and is trusted")
	}
	if !same(turn(first, first[bundleKey], now.Add(Validity/2)), first) {
		t.Error("a certificate is kept for more than half of its time")
	}

	late := now.Add(Validity * 3 / 4)
	announced := turn(first, first[bundleKey], late)
	next := pair{announced[nextCertKey], announced[nextKeyKey]}
	if !bytes.Equal(announced[certKey], first[certKey]) || !next.isUsable(names, now) {
		t.Fatal("an old certificate is served on while the next is announced")
	}
	if !holds(announced[bundleKey], next.authority()) || !holds(announced[bundleKey], serving.authority()) {
		t.Fatal("both are trusted")
	}
	if !same(turn(announced, first[bundleKey], late), announced) {
		t.Error("the next is not served before the API server trusts it")
	}
	replaced := turn(announced, announced[bundleKey], late)
	if !bytes.Equal(replaced[certKey], next.cert) || len(replaced[nextCertKey]) > 0 || !holds(replaced[bundleKey], serving.authority()) {
		t.Error("the next is served once it is trusted, and a replica that serves the former one is trusted still")
	}

	if expired := turn(first, first[bundleKey], now.Add(2*Validity)); holds(expired[bundleKey], serving.authority()) {
		t.Error("an authority that has expired is trusted no more")
	}
	if other, err := rotate(first, first[bundleKey], []string{"other.svc"}, Validity, now); err != nil || bytes.Equal(other[certKey], first[certKey]) {
		t.Errorf("another name needs another certificate: %v", err)
	}
	damaged := maps.Clone(first)
	damaged[keyKey] = []byte("damaged")
	if mended := turn(damaged, first[bundleKey], now); !(pair{mended[certKey], mended[keyKey]}).isUsable(names, now) {
		t.Error("a damaged Secret is mended")
	}
}
