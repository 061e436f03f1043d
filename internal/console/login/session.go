// SPDX-License-Identifier: Apache-2.0

package login

import (
	"bytes"
	"compress/flate"
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"time"

	"github.com/rolewright/rolewright/internal/console/texts"
	"github.com/rolewright/rolewright/internal/openid"
)

// Session is one log-in of a person.
type Session struct {
	// ID is random: it tells two log-ins apart, and forms are bound to it.
	ID string `json:"i"`
	// User is the name by which the API server knows the person.
	User string `json:"u"`
	// Groups are those by which the API server knows the person.
	Groups []string `json:"g,omitempty"`
	// Issued is when the person logged in, in milliseconds since 1970.
	Issued int64 `json:"t"`
	// Expires is when the session ends, in seconds since 1970.
	Expires int64 `json:"e"`
}

const (
	// sessionCookie has a prefix by which browsers refuse it from any other host, and without TLS.
	sessionCookie = "__Host-rolewright-session"
	// mostCookieBytes is how long a cookie may be with all that belongs to it: browsers keep no longer ones.
	mostCookieBytes = 4096
	// mostSessionBytes bounds a session that is unpacked.
	mostSessionBytes = 1 << 20
)

// key is that of a session in a context.
type key struct{}

// NewContext returns a context with a session.
func NewContext(ctx context.Context, s *Session) context.Context {
	return context.WithValue(ctx, key{}, s)
}

// FromContext returns the session of a context, nil if there is none.
func FromContext(ctx context.Context) *Session {
	s, _ := ctx.Value(key{}).(*Session)
	return s
}

// newSession returns the session of a person who logs in now, until it ends.
func newSession(who *openid.Identity, now, expires time.Time) *Session {
	return &Session{ID: rand.Text(), User: who.User, Groups: who.Groups, Issued: now.UnixMilli(), Expires: expires.Unix()}
}

// ended reports whether the session is over.
func (s *Session) ended(now time.Time) bool { return now.Unix() >= s.Expires }

// groupsError says that a session has no room in a cookie.
type groupsError struct{ count int }

func (e *groupsError) Error() string {
	return texts.GroupsTooLong(e.count, mostCookieBytes)
}

// cookie seals a session.
func (s *Session) cookie(keys *Keys, now time.Time) (*http.Cookie, error) {
	content, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	sealed := newCookie(sessionCookie, keys.seal(sessionCookie, packed.Bytes()), time.Unix(s.Expires, 0).Sub(now))
	if len(sealed.String()) > mostCookieBytes {
		return nil, &groupsError{count: len(s.Groups)}
	}
	return sealed, nil
}

// openSession returns the session of a cookie's value, nil if it is none that was sealed here.
func openSession(keys *Keys, value string) *Session {
	packed, is := keys.open(sessionCookie, value)
	if !is {
		return nil
	}
	content, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed)), mostSessionBytes))
	if err != nil {
		return nil
	}
	s := &Session{}
	if json.Unmarshal(content, s) != nil || s.User == "" || s.ID == "" {
		return nil
	}
	return s
}

// newCookie returns a cookie that only this host gets, over TLS, and no script.
func newCookie(name, value string, age time.Duration) *http.Cookie {
	seconds := int(age / time.Second)
	if seconds <= 0 {
		seconds = -1
	}
	return &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: seconds, Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
}

// forget makes a browser drop a cookie.
func forget(w http.ResponseWriter, name string) { http.SetCookie(w, newCookie(name, "", 0)) }
