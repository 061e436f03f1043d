// SPDX-License-Identifier: Apache-2.0

package console

import (
	"net/http"

	"github.com/rolewright/rolewright/internal/console/texts"
)

// Addresses for probes, which name no host and have no session.
const (
	healthPath = "/-/healthz"
	readyPath  = "/-/readyz"
)

// probes answers whether the console works and whether it can serve pages, beside the pages.
func (c *console) probes(pages http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+healthPath, func(w http.ResponseWriter, _ *http.Request) { answerProbe(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET "+readyPath, func(w http.ResponseWriter, r *http.Request) {
		if c.Ready != nil {
			if err := c.Ready(r.Context()); err != nil {
				c.Log.Info("The console is not ready", "cause", err.Error())
				answerProbe(w, http.StatusServiceUnavailable, texts.NotReady)
				return
			}
		}
		answerProbe(w, http.StatusOK, "ok")
	})
	mux.Handle("/", pages)
	return mux
}

func answerProbe(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n"))
}
