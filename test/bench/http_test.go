// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/test/bench"
)

const (
	connections  = 16
	batchSize    = 20
	httpUsers    = 10_000
	distinctHTTP = 1_000
	// perConnection is how many requests each connection sends in a round.
	perConnection = 50
)

// BenchmarkHTTP measures the decision service against a bare net/http handler that decodes the same JSON with encoding/json
// and answers a constant. Both run in this process, behind 16 connections that stay open, and are asked in turn.
// x-floor-requests is how many requests a second the service answers for each that the handler does; the aim is 0.8.
// x-interpreter-requests is the same against the service with a qualifier that cel-go interprets.
func BenchmarkHTTP(b *testing.B) {
	world := bench.World(httpUsers)
	document := resolve.Organization(world).Document
	service := httptest.NewServer(authzen.NewHandler(&benchTenants{mustIndex(b, document)}, authzen.Options{}))
	defer service.Close()
	interpreted := mustIndex(b, resolve.Organization(bench.Interpreted(world)).Document)
	interpreter := httptest.NewServer(authzen.NewHandler(&benchTenants{interpreted}, authzen.Options{}))
	defer interpreter.Close()
	for _, kind := range []struct {
		name      string
		qualified bool
	}{{"plain", false}, {"qualified", true}} {
		questions := bench.Questions(world, document, distinctHTTP, kind.qualified)
		var single, batch, who, where, what [][]byte
		for i := range questions {
			single = append(single, httpRequest(b, authzen.Evaluation, &questions[i]))
			who = append(who, httpRequest(b, authzen.SearchSubject, &pageOf{questions[i], benchPage{pageSize}}))
			where = append(where, httpRequest(b, authzen.SearchResource, &pageOf{onDepartments(&questions[i]), benchPage{pageSize}}))
			what = append(what, httpRequest(b, authzen.SearchAction, &questions[i]))
			first := i / batchSize * batchSize
			batch = append(batch, httpRequest(b, authzen.Evaluations, &manyQuestions{questions[first : first+batchSize]}))
		}
		for _, shape := range []struct {
			name     string
			requests [][]byte
			floor    http.HandlerFunc
		}{
			{"evaluation", single, constant[access.Request](`{"decision":true}`)},
			{"batch=20", batch, constant[manyQuestions](`{"evaluations":[` + strings.Repeat(`{"decision":true},`, batchSize-1) + `{"decision":true}]}`)},
			{"search-subject=50", who, constant[pageOf](answerTo(b, service, who[0]))},
			{"search-resource=50", where, constant[pageOf](answerTo(b, service, where[0]))},
			{"search-action", what, constant[access.Request](answerTo(b, service, what[0]))},
		} {
			b.Run(shape.name+"/"+kind.name, func(b *testing.B) {
				floor := httptest.NewServer(shape.floor)
				defer floor.Close()
				measured, least := dialAll(b, service), dialAll(b, floor)
				defer hangUp(measured)
				defer hangUp(least)
				all := func(on []*connection) func(int) {
					return func(int) { sendAll(b, on, shape.requests, perConnection) }
				}
				for b.Loop() {
					sendAll(b, measured, shape.requests, 1)
				}
				b.ReportMetric(float64(b.N*connections)/b.Elapsed().Seconds(), "requests/s")
				b.ReportMetric(1/ratio(1, all(measured), all(least)), "x-floor-requests")
				if kind.qualified {
					slower := dialAll(b, interpreter)
					defer hangUp(slower)
					b.ReportMetric(1/ratio(1, all(measured), all(slower)), "x-interpreter-requests")
				}
			})
		}
	}
}

// onDepartments asks on which departments.
func onDepartments(question *access.Request) access.Request {
	asked := *question
	asked.Resource = access.Resource{Type: "department", Properties: maps.Clone(question.Resource.Properties)}
	delete(asked.Resource.Properties, access.PropertyUnit)
	return asked
}

// pageOf is the body of a search for one page.
type pageOf struct {
	access.Request

	Page benchPage `json:"page"`
}

type benchPage struct {
	Limit int `json:"limit"`
}

// answered returns the answer to a request, which goes over no network.
func answered(b *testing.B, server *httptest.Server, request []byte) *httptest.ResponseRecorder {
	b.Helper()
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(request)))
	if err != nil {
		b.Fatal(err)
	}
	recorder := httptest.NewRecorder()
	server.Config.Handler.ServeHTTP(recorder, r)
	return recorder
}

// answerTo returns the body of the answer to a request.
func answerTo(b *testing.B, server *httptest.Server, request []byte) string {
	b.Helper()
	recorder := answered(b, server, request)
	if recorder.Code != http.StatusOK {
		b.Fatalf("%d %s", recorder.Code, recorder.Body)
	}
	return recorder.Body.String()
}

// manyQuestions is the body of a batch.
type manyQuestions struct {
	Evaluations []access.Request `json:"evaluations"`
}

// constant is the floor: it decodes a body and says yes.
func constant[T any](answer string) http.HandlerFunc {
	length := strconv.Itoa(len(answer))
	return func(w http.ResponseWriter, r *http.Request) {
		var decoded T
		if err := json.NewDecoder(r.Body).Decode(&decoded); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", length)
		_, _ = io.WriteString(w, answer)
	}
}

// benchTenants is one organization that never changes.
type benchTenants struct{ index *engine.Index }

func (t *benchTenants) Name() (namespace, organization string) { return "bench", "bench" }
func (t *benchTenants) Index() *engine.Index                   { return t.index }
func (t *benchTenants) Revision() int64                        { return 1 }
func (t *benchTenants) Ready() error                           { return nil }
func (t *benchTenants) Root() (namespace, organization string, root authzen.Tenant) {
	return "bench", "bench", t
}

func (t *benchTenants) Tenant(string, string) (authzen.Tenant, bool) {
	return t, true
}

// httpRequest writes a whole request.
func httpRequest(b *testing.B, endpoint authzen.Endpoint, question any) []byte {
	b.Helper()
	body, err := json.Marshal(question)
	if err != nil {
		b.Fatal(err)
	}
	return fmt.Appendf(nil, "POST /%s HTTP/1.1\r\nHost: pdp.example.com\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		endpoint, len(body), body)
}

// connection is a client that costs little: what is measured is the server.
type connection struct {
	net.Conn

	answers *bufio.Reader
}

func dialAll(b *testing.B, server *httptest.Server) []*connection {
	b.Helper()
	all := make([]*connection, connections)
	for i := range all {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			b.Fatal(err)
		}
		all[i] = &connection{conn, bufio.NewReader(conn)}
	}
	return all
}

func hangUp(all []*connection) {
	for _, c := range all {
		_ = c.Close()
	}
}

// sendAll sends so many requests over each connection, one after the other, and waits for the answers.
func sendAll(b *testing.B, on []*connection, requests [][]byte, each int) {
	b.Helper()
	var group sync.WaitGroup
	for i, c := range on {
		group.Go(func() {
			for n := range each {
				if err := c.exchange(requests[(i*each+n)%len(requests)]); err != nil {
					b.Errorf("connection %d: %v", i, err)
					return
				}
			}
		})
	}
	group.Wait()
}

// exchange sends a request and reads an answer, which must be 200.
func (c *connection) exchange(request []byte) error {
	if _, err := c.Write(request); err != nil {
		return err
	}
	length := 0
	for first := true; ; first = false {
		line, err := c.answers.ReadSlice('\n')
		if err != nil {
			return err
		}
		line = bytes.TrimRight(line, "\r\n")
		if first && !bytes.HasPrefix(line, []byte("HTTP/1.1 200 ")) {
			return fmt.Errorf("the answer begins with %q", line)
		}
		if len(line) == 0 {
			break
		}
		if value, is := bytes.CutPrefix(line, []byte("Content-Length: ")); is {
			if length, err = strconv.Atoi(string(value)); err != nil {
				return err
			}
		}
	}
	_, err := c.answers.Discard(length)
	return err
}
