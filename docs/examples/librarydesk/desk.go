// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"

	"github.com/rolewright/rolewright/pkg/permissions"
)

// loan is a book that a reader has borrowed.
type loan struct {
	ID       int    `json:"id"`
	Branch   string `json:"branch"`
	Borrower string `json:"borrower"`
	Book     string `json:"book"`
}

// desk lends books and lists loans. It keeps them in memory, where an application has a database.
type desk struct {
	source *permissions.Source

	mutex sync.Mutex
	loans []loan
}

func newDesk(source *permissions.Source) http.Handler {
	d := &desk{source: source}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /readyz", d.ready)
	mux.HandleFunc("GET /loans", d.list)
	mux.HandleFunc("POST /loans", d.lend)
	return mux
}

// ready answers the readiness probe: no permissions, no requests.
func (d *desk) ready(w http.ResponseWriter, _ *http.Request) {
	if err := d.source.Ready(); err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	state := d.source.State()
	_, _ = fmt.Fprintf(w, "revision %d, published %s\n", state.Revision, state.PublishTime) // Nobody is left to be told.
}

// asked is what a user wants to do with loans.
func asked(r *http.Request, permission string, properties map[string]any) *permissions.Request {
	return &permissions.Request{
		Subject:  permissions.Subject{Type: permissions.SubjectTypeUser, ID: r.Header.Get("X-Remote-User")},
		Action:   permissions.Action{Name: permission},
		Resource: permissions.Resource{Type: "loan", Properties: properties},
	}
}

// lend lends a book, if the user may lend in that branch. One decision, on one resource: Check.
func (d *desk) lend(w http.ResponseWriter, r *http.Request) {
	var next loan
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&next); err != nil {
		http.Error(w, "the body is not a loan as JSON: "+err.Error(), http.StatusBadRequest)
		return
	}
	request := asked(r, "loans.create", map[string]any{permissions.PropertyUnit: next.Branch, "borrower": next.Borrower})
	if index := d.source.Index(); !index.Check(request) {
		http.Error(w, index.Explain(request).Message, http.StatusForbidden)
		return
	}
	d.mutex.Lock()
	defer d.mutex.Unlock()
	next.ID = len(d.loans) + 1
	d.loans = append(d.loans, next)
	w.WriteHeader(http.StatusCreated)
	write(w, next)
}

// list lists the loans that the user may see. Nothing is asked for each loan: Where says in which branches, and what is
// left to be met there becomes part of the query.
func (d *desk) list(w http.ResponseWriter, r *http.Request) {
	request := asked(r, "loans.view", nil)
	visible := map[string]func(loan) bool{}
	for _, place := range d.source.Index().Where(request) {
		visible[place.Unit] = d.query(place, request.Subject.ID)
	}
	d.mutex.Lock()
	defer d.mutex.Unlock()
	write(w, slices.DeleteFunc(slices.Clone(d.loans), func(l loan) bool {
		meets, somewhere := visible[l.Branch]
		return !somewhere || !meets(l)
	}))
}

// query turns what is left to be met in a branch into a condition on loans, as an application would into one of SQL:
// (borrower = ? or …) and not (…). It knows the qualifiers of its catalog. One that it does not know is not met, and a place
// with a prohibition that it does not know shows nothing.
func (d *desk) query(place permissions.Place, user string) func(loan) bool {
	own := slices.ContainsFunc(place.Alternatives, func(names []string) bool { return slices.Equal(names, []string{"own"}) })
	switch {
	case len(place.Unless) > 0:
		return func(loan) bool { return false }
	case len(place.Alternatives) == 0:
		return func(loan) bool { return true }
	}
	return func(l loan) bool { return own && l.Borrower == user }
}

func write(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(value) // Nobody is left to be told.
}
