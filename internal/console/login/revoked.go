// SPDX-License-Identifier: Apache-2.0

package login

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"math"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Revocations know the sessions that people have ended before their time, in case a copy of the cookie is left.
type Revocations interface {
	// Revoke ends a session, in this process at once. The error says why other replicas of the console may not know it yet.
	Revoke(ctx context.Context, s *Session) error
	// IsRevoked reports whether a session was ended. The error says why that cannot be known; then the session does not count.
	IsRevoked(ctx context.Context, s *Session) (bool, error)
}

// mostOfUser bounds how many sessions of one user a set holds one by one. If a user ends more, all of their sessions end that are as old.
const mostOfUser = 16

// Revoked are sessions that were ended before their time. They are told apart by digests, and a session is in the set until it would have
// ended by itself.
type Revoked map[string]Revocation

// Revocation is one entry of a set.
type Revocation struct {
	// Issued is when the session began, in milliseconds since 1970. An entry about a user means all of their sessions until then.
	Issued int64
	// Expires is when the session, or the last of these, would have ended, in seconds since 1970.
	Expires int64
}

// digest identifies a text. What it is about is not in it.
func digest(of, text string) string {
	sum := sha256.Sum256([]byte("rolewright console " + of + "\x00" + text))
	return hex.EncodeToString(sum[:16])
}

// Add adds a session.
func (r Revoked) Add(s *Session) {
	if r.Has(s) {
		return
	}
	user := digest("user", s.User)
	r[user+"."+digest("session", s.ID)] = Revocation{Issued: s.Issued, Expires: s.Expires}
	r.Fold()
}

// Fold puts one entry in the place of those of each user who has too many.
func (r Revoked) Fold() {
	byUser := map[string][]string{}
	for key := range r {
		if user, _, one := strings.Cut(key, "."); one {
			byUser[user] = append(byUser[user], key)
		}
	}
	for user, own := range byUser {
		if len(own) <= mostOfUser {
			continue
		}
		all := r[user]
		for _, key := range own {
			all = Revocation{Issued: max(all.Issued, r[key].Issued), Expires: max(all.Expires, r[key].Expires)}
			delete(r, key)
		}
		r[user] = all
	}
}

// Has reports whether a session is in the set.
func (r Revoked) Has(s *Session) bool {
	user := digest("user", s.User)
	if all, some := r[user]; some && s.Issued <= all.Issued {
		return true
	}
	_, is := r[user+"."+digest("session", s.ID)]
	return is
}

// Merge adds all of another set. Of two entries of one name, what either means counts.
func (r Revoked) Merge(other Revoked) {
	for key, is := range other {
		was := r[key]
		r[key] = Revocation{Issued: max(was.Issued, is.Issued), Expires: max(was.Expires, is.Expires)}
	}
}

// Prune removes what has ended by itself.
func (r Revoked) Prune(now time.Time) {
	maps.DeleteFunc(r, func(_ string, is Revocation) bool { return now.Unix() >= is.Expires })
}

// Covers reports whether a set means all that another one does.
func (r Revoked) Covers(other Revoked) bool {
	for key, is := range other {
		user, _, _ := strings.Cut(key, ".")
		if was, known := r[key]; known && was.Issued >= is.Issued && was.Expires >= is.Expires {
			continue
		}
		if all, known := r[user]; user != key && known && all.Issued >= is.Issued {
			continue
		}
		return false
	}
	return true
}

// Text returns an entry as ParseRevocation reads it.
func (r Revocation) Text() string {
	return strconv.FormatInt(r.Issued, 10) + " " + strconv.FormatInt(r.Expires, 10)
}

// ParseRevocation parses an entry. One that cannot be read revokes all that it may mean, for as long as it is there.
func ParseRevocation(text string) Revocation {
	issued, expires, _ := strings.Cut(text, " ")
	one, err := strconv.ParseInt(issued, 10, 64)
	other, err2 := strconv.ParseInt(expires, 10, 64)
	if err != nil || err2 != nil {
		return Revocation{Issued: math.MaxInt64, Expires: math.MaxInt64}
	}
	return Revocation{Issued: one, Expires: other}
}

// alone are the revocations of a console that has no other replica.
type alone struct {
	clock   func() time.Time
	mutex   sync.Mutex
	revoked Revoked
}

// Revoke implements Revocations.
func (a *alone) Revoke(_ context.Context, s *Session) error {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.revoked.Prune(a.clock())
	a.revoked.Add(s)
	return nil
}

// IsRevoked implements Revocations.
func (a *alone) IsRevoked(_ context.Context, s *Session) (bool, error) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	return a.revoked.Has(s), nil
}
