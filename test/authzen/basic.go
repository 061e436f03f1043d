// SPDX-License-Identifier: Apache-2.0

package authzen

import (
	"net/http"
	"strings"
)

// Parts of requests.
const (
	alice     = `"subject":{"type":"user","id":"alice"}`
	bob       = `"subject":{"type":"user","id":"bob"}`
	admin     = `"subject":{"type":"user","id":"bob","properties":{"role":"admin"}}`
	read      = `"action":{"name":"read"}`
	write     = `"action":{"name":"write"}`
	record1   = `"resource":{"type":"record","id":"record-1"}`
	record2   = `"resource":{"type":"record","id":"record-2"}`
	active    = `"resource":{"type":"record","id":"record-1","properties":{"status":"active"}}`
	archived  = `"resource":{"type":"record","id":"record-2","properties":{"status":"archived"}}`
	atEvening = `"context":{"time":"2025-06-27T18:03-07:00","ip":"192.168.1.1"}`
)

// request joins parts to a body.
func request(parts ...string) string {
	return "{" + strings.Join(parts, ",") + "}"
}

// single is a test of one decision.
func single(id string, level Level, name, body string, want bool) Test {
	return Test{id, level, name, func(p *probe) { p.decides(evaluation, body, want) }}
}

func basicTests() []Test {
	return []Test{
		single("c-2-2-1", BasicCore, "permit", request(alice, read, record1), true),
		single("c-2-2-2", BasicCore, "deny", request(bob, write, record1), false),
		single("c-2-2-3", BasicCore, "context does not change the decision", request(alice, read, record1, atEvening), true),
		single("c-2-2-4", BasicProperties, "deny by properties", request(alice, write, archived), false),
		single("c-2-2-5", BasicProperties, "permit by the subject's properties", request(admin, write, archived), true),
		single("c-2-2-6", BasicProperties, "permit by the action's properties",
			request(alice, `"action":{"name":"delete","properties":{"soft":true}}`, record1), true),
		single("c-2-2-7", BasicProperties, "deny by the action's properties",
			request(alice, `"action":{"name":"delete","properties":{"soft":false}}`, record1), false),
		single("c-2-2-8", BasicCore, "further properties", request(
			`"subject":{"type":"user","id":"alice","properties":{"department":"Sales","role":"manager"}}`,
			`"action":{"name":"read","properties":{"method":"GET"}}`,
			`"resource":{"type":"record","id":"record-1","properties":{"status":"active","owner":"bob"}}`), true),
		single("c-2-2-9", BasicCore, "unknown fields", request(alice, read, record1, `"foo":"bar"`, `"futureField":{"nested":true}`), true),
		{"c-2-3", BasicCore, "every answer has a decision", func(p *probe) {
			for _, body := range []string{request(alice, read, record1), request(bob, write, record1), request(alice, read, record2)} {
				if object, is := p.ok(evaluation, body); is {
					p.decision(object)
				}
			}
		}},
		{"c-2-5-1", BasicCore, "X-Request-ID is repeated", func(p *probe) { p.decides(evaluation, request(alice, read, record1), true) }},
		{"c-2-5-2", BasicCore, "X-Request-ID may be absent", func(p *probe) {
			got := p.sendAs(http.MethodPost, p.endpoints[evaluation], request(alice, read, record1),
				map[string]string{"Content-Type": "application/json"}, "")
			decision, is := got.object["decision"].(bool)
			if got.status != http.StatusOK || !is || !decision {
				p.failf("status %d, body %q: expected 200 and a decision that is true", got.status, got.body)
			}
		}},
		{"c-2-6", BasicCore, "the same decision each time", func(p *probe) {
			for range 5 {
				p.decides(evaluation, request(alice, read, record1), true)
				p.decides(evaluation, request(bob, write, record1), false)
			}
		}},
		{"c-5", BasicCore, "transport", func(p *probe) {
			p.decides(evaluation, request(alice, write, record1), true)
			p.decides(evaluation, request(bob, read, record1), true)
			if len(p.base) < 8 || p.base[:8] != "https://" {
				p.failf("the service is at %s: expected https", p.base)
			}
		}},
	}
}

// badTest is a test of bodies that are to be refused.
func badTest(id string, level Level, name, endpoint string, bodies ...string) Test {
	return Test{id, level, name, func(p *probe) {
		for _, body := range bodies {
			p.bad(endpoint, body)
		}
	}}
}

func basicErrorTests() []Test {
	return []Test{
		badTest("c-2-4-1", BasicCore, "missing required fields", evaluation,
			request(read, record1), request(alice, record1), request(alice, read)),
		badTest("c-2-4-2", BasicCore, "missing required sub-fields", evaluation,
			request(`"subject":{"id":"alice"}`, read, record1), request(`"subject":{"type":"user"}`, read, record1),
			request(alice, `"action":{}`, record1), request(alice, read, `"resource":{"id":"record-1"}`),
			request(alice, read, `"resource":{"type":"record"}`)),
		{"c-2-4-3", BasicCore, "another content type", func(p *probe) {
			for _, media := range []string{"text/plain", "application/xml", "application/x-www-form-urlencoded"} {
				got := p.send(http.MethodPost, p.endpoints[evaluation], request(alice, read, record1), map[string]string{"Content-Type": media})
				if got.status != http.StatusBadRequest {
					p.failf("Content-Type %s: status %d, body %q: expected 400", media, got.status, got.body)
				}
			}
		}},
		badTest("c-2-4-4", BasicCore, "malformed JSON", evaluation, `{"subject":`, `{"subject": {"type": "user", "id": "alice"`, `not json`),
		badTest("c-2-4-5", BasicCore, "an empty body", evaluation, ""),
		badTest("c-2-4-6", BasicCore, "fields of another type", evaluation,
			request(`"subject":"alice"`, read, record1), request(alice, `"action":{"name":123}`, record1)),
	}
}
