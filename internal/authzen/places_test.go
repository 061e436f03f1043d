// SPDX-License-Identifier: Apache-2.0

package authzen_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/rolewright/rolewright/internal/authzen"
)

// room is a number of places.
type room struct {
	mutex sync.Mutex
	free  int
}

func (r *room) Take() bool {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.free == 0 {
		return false
	}
	r.free--
	return true
}

func (r *room) Leave() {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.free++
}

func (r *room) left() int {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.free
}

// arriving is a body of which one part has arrived, and the rest follows when it is let.
type arriving struct {
	*io.PipeReader

	rest *io.PipeWriter
}

// arrive sends a request whose body arrives in part, and returns once that is read and counted: a reader takes the empty
// piece after it has counted what came before.
func arrive(t *testing.T, h http.Handler, part string) (body *arriving, answered chan reply) {
	t.Helper()
	reader, writer := io.Pipe()
	body, answered = &arriving{reader, writer}, make(chan reply, 1)
	r := httptest.NewRequest(http.MethodPost, "https://pdp.example.com"+evaluation, body)
	r.ContentLength = -1
	r.Header.Set("Content-Type", "application/json")
	go func() { answered <- do(h, r) }()
	for _, text := range []string{part, ""} {
		if _, err := io.WriteString(writer, text); err != nil {
			t.Fatal(err)
		}
	}
	return body, answered
}

// TestSlowBodiesTakeNoPlace: a request takes a place when all of it is there, and leaves it before its answer is written.
func TestSlowBodiesTakeNoPlace(t *testing.T) {
	places := &room{free: 1}
	h := authzen.NewHandler(oneShop(t), authzen.Options{Places: places})
	type slow struct {
		body     *arriving
		answered chan reply
	}
	var waiting []slow
	for range 50 {
		body, answered := arrive(t, h, "{")
		waiting = append(waiting, slow{body, answered})
	}
	if places.left() != 1 {
		t.Fatal("a body that has not arrived takes a place")
	}
	asks(t, h, evaluation, `{`+adaSells+`}`, http.StatusOK, yes)
	for _, one := range waiting {
		_, _ = io.WriteString(one.body.rest, adaSells+"}")
		_ = one.body.rest.Close()
		if got := <-one.answered; got.body != yes {
			t.Errorf("a body that arrived in the end: %d %s", got.status, got.body)
		}
	}
	if places.left() != 1 {
		t.Error("a place was not given back")
	}
	full := &placeless{t: t, places: places}
	h.ServeHTTP(full, httptest.NewRequest(http.MethodPost, "https://pdp.example.com"+evaluation, strings.NewReader("{}")))
	if !full.written {
		t.Error("nothing was written")
	}
	places.Take()
	got := post(h, evaluation, `{`+adaSells+`}`, "X-Request-ID", "r7")
	if got.status != http.StatusTooManyRequests || got.header.Get("Retry-After") != "1" || got.header.Get("X-Request-ID") != "r7" {
		t.Errorf("without a place: %d %s %v", got.status, got.body, got.header)
	}
}

// placeless is a client that looks, while it is written to, whether the request still has its place.
type placeless struct {
	httptest.ResponseRecorder

	t       *testing.T
	places  *room
	written bool
}

func (p *placeless) Header() http.Header { return http.Header{} }
func (p *placeless) WriteHeader(int)     {}
func (p *placeless) Write(text []byte) (int, error) {
	p.written = true
	if p.places.left() != 1 {
		p.t.Error("a place is kept while the answer is written")
	}
	return len(text), nil
}

// TestMemoryForBodies: what arrives of large bodies is bounded, and small ones are read all the same.
func TestMemoryForBodies(t *testing.T) {
	h := authzen.NewHandler(oneShop(t), authzen.Options{MaxBodies: 100 << 10})
	large := `{` + adaSells + `,"context":{"a":"` + strings.Repeat("a", 80<<10) + `"}}`
	body, answered := arrive(t, h, large[:70<<10])
	if got := post(h, evaluation, large); got.status != http.StatusTooManyRequests || got.header.Get("Retry-After") != "1" {
		t.Errorf("a second large body: %d %.100s", got.status, got.body)
	}
	asks(t, h, evaluation, `{`+adaSells+`}`, http.StatusOK, yes)
	_, small := arrive(t, h, `{`)
	_, _ = io.WriteString(body.rest, large[70<<10:])
	_ = body.rest.Close()
	if got := <-answered; got.body != yes {
		t.Errorf("the first large body: %d %.100s", got.status, got.body)
	}
	for range 3 {
		if got := post(h, evaluation, large); got.body != yes {
			t.Errorf("a large body, now that there is memory: %d %.100s", got.status, got.body)
		}
	}
	if len(small) > 0 {
		t.Error("a body that goes on arriving was answered")
	}
}
