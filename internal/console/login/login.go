// SPDX-License-Identifier: Apache-2.0

package login

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/go-logr/logr"

	"github.com/rolewright/rolewright/internal/console/texts"
	"github.com/rolewright/rolewright/internal/openid"
)

// Addresses of the console that have to do with logging in and out.
const (
	Path         = "/-/login"
	CallbackPath = Path + "/callback"
	LogoutPath   = "/-/logout"
	// LoggedOutPath is where people are after they have logged out.
	LoggedOutPath = "/-/logged-out"
)

// Options say who may log in, and how.
type Options struct {
	Provider ProviderOptions
	Claims   openid.Claims
	// Lifetime bounds a session, which ends with its token at the latest.
	Lifetime time.Duration
	Keys     *Keys
	// Revocations know the sessions that people have ended; nil stands for those of this process alone.
	Revocations Revocations
	// Log receives who logs in and out, and why others cannot.
	Log logr.Logger
	// Clock returns the time; nil stands for time.Now.
	Clock func() time.Time
}

// Login logs people in and out. It may be used by any number of goroutines.
type Login struct {
	options  Options
	provider *provider
	home     *url.URL
}

// New returns what logs people in. It does not speak with the provider yet.
func New(options Options) (*Login, error) {
	if options.Clock == nil {
		options.Clock = time.Now
	}
	if options.Revocations == nil {
		options.Revocations = &alone{clock: options.Clock, revoked: Revoked{}}
	}
	options.Provider.Clock = options.Clock
	at, err := openid.NewProvider(options.Provider.Options)
	if err != nil {
		return nil, err
	}
	home, err := url.Parse(options.Provider.RedirectURL)
	if err != nil {
		return nil, err
	}
	if home.Path != CallbackPath {
		return nil, texts.RedirectPath(options.Provider.RedirectURL, CallbackPath)
	}
	return &Login{
		options: options, provider: &provider{at, options.Provider}, home: &url.URL{Scheme: home.Scheme, Host: home.Host},
	}, nil
}

// Ready returns why nobody can log in; nil if people can.
func (l *Login) Ready(ctx context.Context) error {
	_, err := l.provider.Discover(ctx)
	return err
}

// refuse logs why a person cannot log in, and returns the error that the person sees.
func (l *Login) refuse(cause error, message string) error {
	l.options.Log.Info("Refused to log a person in", "reason", message, "cause", cause)
	return errors.New(message)
}

// Begin sends a browser to the provider, and has it come back to an address of the console. The error is for the person.
func (l *Login) Begin(w http.ResponseWriter, r *http.Request, returnTo string) error {
	d, err := l.provider.Discover(r.Context())
	if err != nil {
		return l.refuse(err, texts.ProviderSilent(l.options.Provider.Issuer))
	}
	a := newAttempt(returnTo, l.options.Clock())
	cookie, err := a.cookie(l.options.Keys)
	if err != nil {
		return err
	}
	http.SetCookie(w, cookie)
	http.Redirect(w, r, l.provider.address(d, a), http.StatusSeeOther)
	return nil
}

// Finish takes a browser that comes back from the provider, gives it a session, and returns the address that its person wanted to see.
// The error is for the person.
func (l *Login) Finish(w http.ResponseWriter, r *http.Request) (returnTo string, err error) {
	query, now := r.URL.Query(), l.options.Clock()
	a := attemptOf(l.options.Keys, r, query.Get("state"), now)
	if a == nil {
		return "", l.refuse(nil, texts.NoAttempt(attemptTime))
	}
	forget(w, cookieName(a.State))
	if refusal := query.Get("error"); refusal != "" {
		return "", l.refuse(nil, texts.ProviderRefuses(refusal, query.Get("error_description")))
	}
	// RFC 9207: a provider that names itself must be the one that the browser was sent to.
	if issuer := query.Get("iss"); issuer != "" && issuer != l.options.Provider.Issuer {
		return "", l.refuse(nil, texts.OtherProvider(issuer))
	}
	d, err := l.provider.Discover(r.Context())
	if err != nil {
		return "", l.refuse(err, texts.ProviderSilent(l.options.Provider.Issuer))
	}
	t, err := l.provider.redeem(r.Context(), d, a, query.Get("code"))
	if err != nil {
		return "", l.refuse(err, texts.AnswerUntrusted)
	}
	if err := l.open(w, t, now); err != nil {
		return "", err
	}
	return a.Return, nil
}

// open gives a browser the session of a token's person.
func (l *Login) open(w http.ResponseWriter, t *token, now time.Time) error {
	who, err := l.options.Claims.Identify(l.options.Provider.Issuer, t.claims)
	if err != nil {
		return l.refuse(err, texts.RefusedLogIn(err))
	}
	expires := now.Add(l.options.Lifetime)
	if t.expires.Before(expires) {
		expires = t.expires
	}
	s := newSession(who, now, expires)
	cookie, err := s.cookie(l.options.Keys, now)
	if err != nil {
		return l.refuse(err, err.Error())
	}
	http.SetCookie(w, cookie)
	l.options.Log.Info("Logged in", "user", who.User, "groups", len(who.Groups), "groupsLeftOut", who.LeftOut, "until", expires)
	return nil
}

// Authenticate returns a request with its session in its context; the second result is false if it has no valid one. The error says why
// it cannot be known whether a session was ended: then it does not count, and may count later.
func (l *Login) Authenticate(r *http.Request) (*http.Request, bool, error) {
	s := l.session(r)
	if s == nil {
		return r, false, nil
	}
	switch revoked, err := l.options.Revocations.IsRevoked(r.Context(), s); {
	case err != nil:
		l.options.Log.Error(err, "It cannot be known whether a session was ended", "user", s.User)
		return r, false, err
	case revoked:
		return r, false, nil
	}
	return r.WithContext(NewContext(r.Context(), s)), true, nil
}

// session returns the session of a request, nil if there is none that may be valid.
func (l *Login) session(r *http.Request) *Session {
	cookie, err := r.Cookie(sessionCookie)
	if err != nil {
		return nil
	}
	s := openSession(l.options.Keys, cookie.Value)
	if s == nil || s.ended(l.options.Clock()) {
		return nil
	}
	return s
}

// End ends the session of a request. The error says why other replicas of the console may not know it yet.
func (l *Login) End(w http.ResponseWriter, r *http.Request) error {
	forget(w, sessionCookie)
	s := l.session(r)
	if s == nil {
		return nil
	}
	// The person has pressed the button, whether or not the browser waits for the answer.
	if err := l.options.Revocations.Revoke(context.WithoutCancel(r.Context()), s); err != nil {
		l.options.Log.Error(err, "Logged out, of which other replicas do not know yet", "user", s.User)
		return err
	}
	l.options.Log.Info("Logged out", "user", s.User)
	return nil
}

// LogoutAddress returns where people log out of the provider, from where they come back to LoggedOutPath; empty if it has no such address.
func (l *Login) LogoutAddress(ctx context.Context) string {
	d, err := l.provider.Discover(ctx)
	if err != nil || d.EndSession == nil {
		return ""
	}
	out := *d.EndSession
	query := out.Query()
	query.Set("client_id", l.options.Provider.ClientID)
	query.Set("post_logout_redirect_uri", l.home.JoinPath(LoggedOutPath).String())
	out.RawQuery = query.Encode()
	return out.String()
}
