// SPDX-License-Identifier: Apache-2.0

package publish_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Bounds of the histories below: every user has a shard of their own, and one with a long text does not fit a ConfigMap.
const ownShard, oneConfigMap = 1, 4000

// history publishes the states of a document one after the other.
type history struct {
	t   *testing.T
	doc *document.Document
	// previous is what was published last, and pending what differs from it.
	previous *publish.Encoded
	pending  model.Difference
}

func begin(t *testing.T) *history {
	t.Helper()
	doc := small()
	for _, id := range []string{"ann", "ben", "zoe"} {
		doc.Users[id] = document.User{Grants: []document.Grant{{Role: "reader"}}}
	}
	return &history{t: t, doc: doc, pending: model.Everything()}
}

// set changes a user, or removes them where none is given.
func (h *history) set(id string, user *document.User) {
	next := *h.doc
	next.Users = map[string]document.User{}
	for other, there := range h.doc.Users {
		if other != id {
			next.Users[other] = there
		}
	}
	if user != nil {
		next.Users[id] = *user
	}
	h.doc, h.pending = &next, h.pending.Then(model.OfUsers(slices.Values([]string{id})))
}

// publish encodes the document after those before it, in one piece up to a bound, and compares it with the same by itself.
func (h *history) publish(whole int) error {
	h.t.Helper()
	limits := publish.Limits{Whole: whole, ConfigMap: oneConfigMap, Shard: ownShard}
	want, wrong := limits.Encode(h.doc)
	got, err := limits.Update(h.previous, h.doc, h.pending)
	if (err == nil) != (wrong == nil) || (err != nil && err.Error() != wrong.Error()) {
		h.t.Fatalf("after those before it the error is %v, by itself %v", err, wrong)
	}
	if err == nil {
		compareForms(h.t, got, want)
		h.previous, h.pending = got, model.Difference{}
	}
	return err
}

const (
	inShards   = 0
	inOnePiece = 1 << 20
)

func (h *history) refused() {
	h.t.Helper()
	var tooLarge *publish.TooLargeError
	if err := h.publish(inShards); !errors.As(err, &tooLarge) || tooLarge.What != `user "zoe"` {
		h.t.Fatalf("error %v, want that zoe is too large", err)
	}
}

func (h *history) published(whole int) {
	h.t.Helper()
	if err := h.publish(whole); err != nil {
		h.t.Fatal(err)
	}
}

var (
	reader   = document.User{Grants: []document.Grant{{Role: "reader"}}}
	nothing  = document.User{}
	tooLarge = document.User{Manager: strings.Repeat("x", 2*oneConfigMap)}
)

// TestChangeBesideARefusal: what changed in a document that was refused is published with the next that is not.
func TestChangeBesideARefusal(t *testing.T) {
	for name, lose := range map[string]*document.User{"the user loses a role": &nothing, "the user goes": nil} {
		t.Run(name, func(t *testing.T) {
			h := begin(t)
			h.published(inShards)
			h.set("ann", lose)
			h.set("zoe", &tooLarge)
			h.refused()
			h.set("ben", &nothing)
			h.refused()
			h.set("zoe", &reader)
			h.published(inShards)
		})
	}
}

// TestChangeBackBesideARefusal: a change that is taken back while the document is refused leaves nothing behind.
func TestChangeBackBesideARefusal(t *testing.T) {
	h := begin(t)
	h.published(inShards)
	h.set("ann", &nothing)
	h.set("zoe", &tooLarge)
	h.refused()
	h.set("ann", &reader)
	h.refused()
	h.set("zoe", &reader)
	h.published(inShards)
}

// TestChangeInOnePiece: what changed while the document fitted one piece is in its shards when it no longer does.
func TestChangeInOnePiece(t *testing.T) {
	h := begin(t)
	h.published(inShards)
	h.set("ann", &nothing)
	h.published(inOnePiece)
	h.set("ben", &nothing)
	h.published(inShards)
}

// TestCountOfGrants: the counts follow the grants of a user who changes, comes and goes.
func TestCountOfGrants(t *testing.T) {
	h := begin(t)
	h.published(inShards)
	two := document.User{Grants: []document.Grant{{Role: "reader"}, {Role: "reader"}}}
	for _, user := range []*document.User{&two, &nothing, nil, &two} {
		h.set("ann", user)
		h.published(inShards)
		h.published(inOnePiece)
	}
}
