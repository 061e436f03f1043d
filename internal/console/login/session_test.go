// SPDX-License-Identifier: Apache-2.0

package login

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/rolewright/rolewright/internal/openid"
)

var now = time.Date(2030, time.June, 1, 8, 0, 0, 0, time.UTC)

const (
	oldSecret = "0123456789abcdef0123456789abcdef"
	newSecret = "fedcba9876543210fedcba9876543210"
)

func keysOf(tb testing.TB, secrets ...string) *Keys {
	tb.Helper()
	keys, err := NewKeys(secrets...)
	if err != nil {
		tb.Fatal(err)
	}
	return keys
}

// TestKeysRotate: the first key seals, every key opens, and a key that is gone opens nothing.
func TestKeysRotate(t *testing.T) {
	s := newSession(&openid.Identity{User: "ann", Groups: []string{"a", "b"}}, now, now.Add(time.Hour))
	old, err := s.cookie(keysOf(t, oldSecret), now)
	if err != nil {
		t.Fatal(err)
	}
	rotating := keysOf(t, newSecret, oldSecret)
	if got := openSession(rotating, old.Value); !reflect.DeepEqual(got, s) {
		t.Errorf("while the keys rotate: %+v", got)
	}
	fresh, err := s.cookie(rotating, now)
	if err != nil {
		t.Fatal(err)
	}
	if openSession(keysOf(t, oldSecret), fresh.Value) != nil {
		t.Error("the second key sealed")
	}
	if openSession(keysOf(t, newSecret), old.Value) != nil {
		t.Error("a key that is gone opened a session")
	}
}

// TestCookiesAreForTheirName: what is sealed for one cookie is nothing in another, so an attempt is never a session.
func TestCookiesAreForTheirName(t *testing.T) {
	keys := keysOf(t, newSecret)
	sealed := keys.seal(sessionCookie, []byte("content"))
	if _, is := keys.open(attemptCookie+"A", sealed); is {
		t.Error("a session was opened as an attempt")
	}
	if content, is := keys.open(sessionCookie, sealed); !is || string(content) != "content" {
		t.Error("a session was not opened as one")
	}
}

// TestSessionsFit: a cookie is as long as browsers keep it, or it is not made.
func TestSessionsFit(t *testing.T) {
	keys := keysOf(t, newSecret)
	largest := 0
	for count := 1; count < 400; count++ {
		who := &openid.Identity{User: "ann"}
		for i := range count {
			// As directories name groups by their ids.
			who.Groups = append(who.Groups, fmt.Sprintf("%08x-1c3d-4a5b-8e7f-%012x", i*2654435761&0xffffffff, i*i*40503))
		}
		cookie, err := newSession(who, now, now.Add(time.Hour)).cookie(keys, now)
		var many *groupsError
		switch {
		case errors.As(err, &many):
			if !strings.Contains(err.Error(), fmt.Sprintf("You are in %d groups", count)) {
				t.Error(err)
			}
		case err != nil:
			t.Fatal(err)
		case len(cookie.String()) > 4096:
			t.Fatalf("%d groups make a cookie of %d bytes", count, len(cookie.String()))
		default:
			largest = count
		}
	}
	if largest < 80 || largest > 300 {
		t.Errorf("%d groups fit", largest)
	}
}

func TestReadKeys(t *testing.T) {
	file := filepath.Join(t.TempDir(), "keys")
	for content, wrong := range map[string]string{
		oldSecret + "\n\n" + newSecret + "\n": "",
		"\n":                                  "there is no key",
		oldSecret + "\nshort\n":               "key 2 has 5 bytes",
	} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		keys, err := ReadKeys(file)
		switch {
		case wrong == "" && (err != nil || len(keys.ciphers) != 2):
			t.Errorf("%q: %v", content, err)
		case wrong != "" && (err == nil || !strings.Contains(err.Error(), wrong) || !strings.Contains(err.Error(), file)):
			t.Errorf("%q: %v", content, err)
		}
	}
}

// FuzzOpenSession: what was not sealed with the key is no session, and harms nothing. Only one session was: what opens says what it said.
func FuzzOpenSession(f *testing.F) {
	keys := keysOf(f, newSecret)
	sealed := &Session{ID: "only", User: "ann", Groups: []string{"auditors"}, Expires: now.Add(time.Hour).Unix()}
	cookie, err := sealed.cookie(keys, now)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(cookie.Value)
	f.Add(cookie.Value + "A")
	f.Add(cookie.Value[1:])
	f.Add("")
	f.Add("not base64!")
	f.Fuzz(func(t *testing.T, value string) {
		if s := openSession(keys, value); s != nil && !reflect.DeepEqual(s, sealed) {
			t.Errorf("%q was opened as %+v", value, s)
		}
	})
}
