// SPDX-License-Identifier: Apache-2.0

package login

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"time"

	"golang.org/x/oauth2"
)

// attempt is a log-in that has begun: what the browser must bring back from the provider.
type attempt struct {
	State string `json:"s"`
	Nonce string `json:"n"`
	// Verifier is the secret of PKCE, by which the provider knows that who redeems the code also asked for it.
	Verifier string `json:"v"`
	// Return is where the person wanted to go.
	Return string `json:"r"`
	// Expires is when it is too late to come back, in seconds since 1970.
	Expires int64 `json:"e"`
}

const (
	attemptCookie = "__Host-rolewright-login-"
	// attemptTime is how long a person may take to log in at the provider.
	attemptTime = 10 * time.Minute
)

func newAttempt(returnTo string, now time.Time) *attempt {
	return &attempt{
		State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), Return: ReturnPath(returnTo),
		Expires: now.Add(attemptTime).Unix(),
	}
}

// cookieName returns the name of the cookie of the attempt with a state. Several tabs may log in at once, but only a few: each of the
// characters that a state may begin with has one cookie.
func cookieName(state string) string { return attemptCookie + state[:1] }

// cookie seals an attempt.
func (a *attempt) cookie(keys *Keys) (*http.Cookie, error) {
	content, err := json.Marshal(a)
	if err != nil {
		return nil, err
	}
	name := cookieName(a.State)
	return newCookie(name, keys.seal(name, content), attemptTime), nil
}

// attemptOf returns the attempt that a browser brings back with a state, nil if it did not begin one with that state here.
func attemptOf(keys *Keys, r *http.Request, state string, now time.Time) *attempt {
	if state == "" {
		return nil
	}
	cookie, err := r.Cookie(cookieName(state))
	if err != nil {
		return nil
	}
	content, is := keys.open(cookie.Name, cookie.Value)
	a := &attempt{}
	if !is || json.Unmarshal(content, a) != nil || now.Unix() >= a.Expires ||
		subtle.ConstantTimeCompare([]byte(a.State), []byte(state)) != 1 {
		return nil
	}
	return a
}
