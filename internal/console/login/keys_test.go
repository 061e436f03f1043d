// SPDX-License-Identifier: Apache-2.0

package login

import (
	"bytes"
	"strings"
	"testing"
)

// TestFormKey: the replicas of a console take each other's forms, and no console with another key does.
func TestFormKey(t *testing.T) {
	of := func(secrets ...string) []byte {
		t.Helper()
		keys, err := NewKeys(secrets...)
		if err != nil {
			t.Fatal(err)
		}
		return keys.FormKey()
	}
	first, second := strings.Repeat("a", leastKeyBytes), strings.Repeat("b", leastKeyBytes)
	if key := of(first, second); len(key) != 32 || !bytes.Equal(key, of(first)) || bytes.Equal(key, of(second, first)) {
		t.Errorf("the keys of forms are %x, %x and %x", key, of(first), of(second, first))
	}
}
