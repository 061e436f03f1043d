// SPDX-License-Identifier: Apache-2.0

package console

import (
	"net/http"
	"net/url"

	"github.com/rolewright/rolewright/internal/console/login"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/console/texts"
)

// leaving is the parameter by which people who have logged out of the console go on to log out of the provider.
const leaving = "leaving"

// loginPage is what the page to log in, or out, shows.
type loginPage struct {
	Title, Message string
	// Wrong is set if something went wrong.
	Wrong bool
	// Login is the address to log in at, and Leave that of the provider to log out at; empty if there is none.
	Login, Leave string
	// Again is set if Login is the page itself, which may be shown later.
	Again bool
}

// refresh has a browser go on to an address by itself. A form must lead nowhere else than to the console, and browsers hold a redirect
// that answers a form to that too; from a page that they show, they may go on to the provider.
func refresh(w http.ResponseWriter, address string) { w.Header().Set("Refresh", "0; url="+address) }

// forThoseLoggedIn serves pages to people with a session, and the addresses to log in and out to everyone.
func (c *console) forThoseLoggedIn(pages http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /-/static/", pages)
	mux.HandleFunc("GET "+login.Path, func(w http.ResponseWriter, r *http.Request) { c.begin(w, r, r.URL.Query().Get("return")) })
	mux.HandleFunc("GET "+login.CallbackPath, c.finish)
	mux.HandleFunc("POST "+login.LogoutPath, c.logOut)
	mux.HandleFunc("GET "+login.LoggedOutPath, c.loggedOut)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		known, is, err := c.Login.Authenticate(r)
		switch {
		case is:
			pages.ServeHTTP(w, known)
		case err != nil && r.URL.Path != livePath:
			c.loginPage(w, r, http.StatusServiceUnavailable, &loginPage{
				Title: texts.SessionUnknown, Wrong: true, Message: err.Error(), Login: login.ReturnPath(r.URL.RequestURI()), Again: true,
			})
		case opensPage(r) && r.Header.Get("Sec-Fetch-Site") == "same-origin":
			// It may be a form to search or to filter that was sent after the session had ended.
			address := loginAddress(r.URL.RequestURI())
			refresh(w, address)
			c.loginPage(w, r, http.StatusUnauthorized, &loginPage{Title: texts.SessionEnded, Message: texts.LoggingInAgain, Login: address})
		case opensPage(r):
			c.begin(w, r, r.URL.RequestURI())
		case r.URL.Path == livePath:
			// The page stays as it is, and with it what its person has written.
			w.WriteHeader(http.StatusNoContent)
		default:
			c.loginPage(w, r, http.StatusUnauthorized, &loginPage{
				Title: texts.SessionEnded, Wrong: true, Message: texts.SessionEndedNotice,
			})
		}
	})
	return mux
}

// opensPage reports whether a browser shows the answer to a request as a page, so that it can go to the provider and come back.
func opensPage(r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead || r.Header.Get("HX-Request") != "" || r.URL.Path == livePath {
		return false
	}
	destination := r.Header.Get("Sec-Fetch-Dest")
	return destination == "" || destination == "document"
}

// begin sends a browser to the provider.
func (c *console) begin(w http.ResponseWriter, r *http.Request, returnTo string) {
	if err := c.Login.Begin(w, r, returnTo); err != nil {
		c.loginPage(w, r, http.StatusServiceUnavailable, &loginPage{
			Title: texts.CannotLogIn, Wrong: true, Message: err.Error(), Login: loginAddress(returnTo),
		})
	}
}

// finish takes a browser that comes back from the provider.
func (c *console) finish(w http.ResponseWriter, r *http.Request) {
	returnTo, err := c.Login.Finish(w, r)
	if err != nil {
		c.loginPage(w, r, http.StatusForbidden, &loginPage{
			Title: texts.NotLoggedIn, Wrong: true, Message: err.Error(), Login: login.Path, Leave: c.Login.LogoutAddress(r.Context()),
		})
		return
	}
	http.Redirect(w, r, returnTo, http.StatusSeeOther)
}

// logOut ends a session.
func (c *console) logOut(w http.ResponseWriter, r *http.Request) {
	if err := c.Login.End(w, r); err != nil {
		c.loginPage(w, r, http.StatusServiceUnavailable, &loginPage{
			Title: texts.LoggedOutHere, Wrong: true, Message: err.Error(), Leave: c.Login.LogoutAddress(r.Context()),
		})
		return
	}
	http.Redirect(w, r, login.LoggedOutPath+"?"+leaving+"=1", http.StatusSeeOther)
}

// loggedOut says that a session has ended. The browser goes on to the provider from this page, and not from the form before it.
func (c *console) loggedOut(w http.ResponseWriter, r *http.Request) {
	page := &loginPage{Title: texts.LoggedOut, Login: login.Path}
	if r.URL.Query().Has(leaving) {
		if page.Leave = c.Login.LogoutAddress(r.Context()); page.Leave != "" {
			refresh(w, page.Leave)
		} else {
			page.Message = texts.StillAtProvider
		}
	}
	c.loginPage(w, r, http.StatusOK, page)
}

func (c *console) loginPage(w http.ResponseWriter, r *http.Request, status int, page *loginPage) {
	if page.Login == "" {
		page.Login = login.Path
	}
	c.render(w, r, status, "login", &frame{State: state.Empty(c.Clock()), Page: "login", Content: page})
}

// loginAddress returns the address to log in at and come back from.
func loginAddress(returnTo string) string {
	return login.Path + "?" + url.Values{"return": {login.ReturnPath(returnTo)}}.Encode()
}
