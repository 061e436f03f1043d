// SPDX-License-Identifier: Apache-2.0

package authzen

import (
	"maps"
	"net/http"
	"slices"
)

const (
	users   = `"subject":{"type":"user"}`
	records = `"resource":{"type":"record"}`
)

// finds searches, and returns the ids, or the names of actions, that are found.
func (p *probe) finds(endpoint, body string) (ids []string, object map[string]any, is bool) {
	if object, is = p.ok(endpoint, body); !is {
		return nil, nil, false
	}
	results, is := object["results"].([]any)
	if !is {
		p.failf("%s %s: %v: expected results", endpoint, body, object)
		return nil, nil, false
	}
	key, kind := "id", map[string]string{searchSubject: "user", searchResource: "record"}[endpoint]
	if endpoint == searchAction {
		key = "name"
	}
	for _, result := range results {
		entity, _ := result.(map[string]any)
		id, hasID := entity[key].(string)
		if of, _ := entity["type"].(string); !hasID || of != kind {
			p.failf("%s %s: result %v has not the %s, or not the type %q", endpoint, body, result, key, kind)
			return nil, nil, false
		}
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids, object, true
}

// find is a test that something is found.
func find(id string, level Level, name, endpoint, body string, want ...string) Test {
	return Test{id, level, name, func(p *probe) {
		ids, _, is := p.finds(endpoint, body)
		for _, one := range want {
			if is && !slices.Contains(ids, one) {
				p.failf("%s %s: %s is not among the results %v", endpoint, body, one, ids)
			}
		}
	}}
}

// same is a test that something is found, and the same without what makes no difference.
func same(id, name, endpoint, body, without string, want ...string) Test {
	test := find(id, SearchCore, name, endpoint, body, want...)
	finds := test.run
	test.run = func(p *probe) {
		finds(p)
		with, _, is := p.finds(endpoint, body)
		others, _, both := p.finds(endpoint, without)
		if is && both && !slices.Equal(with, others) {
			p.failf("%s %s finds %v, and %s finds %v", endpoint, body, with, without, others)
		}
	}
	return test
}

func searchTests() []Test {
	who, where, what := request(users, read, record1), request(alice, read, records), request(alice, record1)
	return []Test{
		find("c-4-2-1", SearchCore, "subjects", searchSubject, who, "alice", "bob"),
		same("c-4-2-2", "subjects with context", searchSubject, request(users, read, record1, atEvening), who, "alice", "bob"),
		same("c-4-2-3", "the subject's id is ignored", searchSubject, request(alice, read, record1), who, "alice", "bob"),
		find("c-4-2-4", SearchProperties, "subjects by properties", searchSubject, request(users, write, archived), "bob"),
		find("c-4-3-1", SearchCore, "resources", searchResource, where, "record-1"),
		same("c-4-3-2", "resources with context", searchResource, request(alice, read, records, atEvening), where, "record-1"),
		same("c-4-3-3", "the resource's id is ignored", searchResource, request(alice, read, record1), where, "record-1"),
		find("c-4-3-4", SearchProperties, "resources by properties", searchResource, request(admin, write, records), "record-2"),
		find("c-4-4-1", SearchCore, "actions", searchAction, what, "read", "write"),
		same("c-4-4-2", "actions with context", searchAction, request(alice, record1, atEvening), what, "read", "write"),
		find("c-4-4-3", SearchProperties, "actions by properties", searchAction, request(admin, archived), "write"),
		{"c-4-5-1", SearchCore, "a page with a limit", func(p *probe) {
			if _, object, is := p.finds(searchSubject, request(users, read, record1, `"page":{"limit":1}`)); is {
				p.nextToken(object, false)
			}
		}},
		{"c-4-5-2", SearchCore, "the next pages", followPages},
		{"c-4-6-1", SearchCore, "unknown ids", func(p *probe) {
			p.findsNothing(searchAction, request(`"subject":{"type":"user","id":"nonexistent-user"}`, record1))
			p.findsNothing(searchResource, request(`"subject":{"type":"user","id":"nonexistent-user"}`, read, records))
			p.findsNothing(searchSubject, request(users, `"action":{"name":"nonexistent-action"}`, record1))
		}},
		{"c-4-6-2", SearchCore, "unknown types", func(p *probe) {
			p.findsNothing(searchSubject, request(`"subject":{"type":"spaceship"}`, read, record1))
			p.findsNothing(searchResource, request(alice, read, `"resource":{"type":"spaceship"}`))
			p.findsNothing(searchAction, request(`"subject":{"type":"spaceship","id":"alice"}`, record1))
		}},
	}
}

func (p *probe) findsNothing(endpoint, body string) {
	if ids, _, is := p.finds(endpoint, body); is && len(ids) > 0 {
		p.failf("%s %s: %v: expected no results", endpoint, body, ids)
	}
}

// nextToken reads where the next page begins. A page that answers a token must say so.
func (p *probe) nextToken(object map[string]any, needed bool) string {
	value, present := object["page"]
	if !present && !needed {
		return ""
	}
	page, isObject := value.(map[string]any)
	token, isString := page["next_token"].(string)
	if !isObject || !isString {
		p.failf("page %v: expected an object with the string next_token", value)
	}
	for _, name := range []string{"count", "total"} {
		if count, present := page[name]; present {
			if number, is := count.(float64); !is || number < 0 {
				p.failf("page.%s is %v: expected a number, 0 or more", name, count)
			}
		}
	}
	return token
}

// followPages follows pages to the end, which together hold what one answer holds.
func followPages(p *probe) {
	body := request(users, read, record1)
	all, _, is := p.finds(searchSubject, body)
	ids, object, started := p.finds(searchSubject, request(users, read, record1, `"page":{"limit":1}`))
	if !is || !started {
		return
	}
	found := map[string]bool{}
	for _, id := range ids {
		found[id] = true
	}
	for token, most := p.nextToken(object, false), 100; token != "" && most > 0; most-- {
		ids, object, is := p.finds(searchSubject, request(users, read, record1, `"page":{"token":"`+token+`"}`))
		if !is {
			return
		}
		for _, id := range ids {
			found[id] = true
		}
		token = p.nextToken(object, true)
	}
	if together := slices.Sorted(maps.Keys(found)); !slices.Equal(together, all) {
		p.failf("the pages hold %v together, and one answer holds %v", together, all)
	}
}

func searchErrorTests() []Test {
	tests := []Test{
		{"c-4-7-1", SearchCore, "missing required fields", func(p *probe) {
			p.bad(searchSubject, request(users, record1))
			p.bad(searchResource, request(read, records))
			p.bad(searchAction, request(alice))
		}},
		{"c-4-7-2", SearchCore, "missing required sub-fields", func(p *probe) {
			p.bad(searchSubject, request(users, read, records))
			p.bad(searchResource, request(users, read, records))
			p.bad(searchAction, request(users, record1))
		}},
	}
	for _, endpoint := range []string{searchSubject, searchResource, searchAction, evaluations} {
		level := SearchCore
		if endpoint == evaluations {
			level = BatchCore
		}
		tests = append(tests, Test{"c-5/" + endpoint, level, "transport", func(p *probe) {
			p.bad(endpoint, "")
			p.bad(endpoint, `{"subject":`)
			p.bad(endpoint, request(`"subject":"alice"`, read, record1))
			p.ok(endpoint, request(alice, read, record1, `"foo":"bar"`))
			got := p.send(http.MethodPost, p.endpoints[endpoint], request(alice, read, record1), map[string]string{"Content-Type": "text/plain"})
			if got.status != http.StatusBadRequest {
				p.failf("%s with Content-Type text/plain: status %d: expected 400", endpoint, got.status)
			}
		}})
	}
	return tests
}
