// SPDX-License-Identifier: Apache-2.0

package authzen

import "strings"

// batch asks several evaluations, and expects so many decisions.
func (p *probe) batch(body string, count int) []bool {
	object, is := p.ok(evaluations, body)
	if !is {
		return nil
	}
	list, is := object["evaluations"].([]any)
	if !is || len(list) != count {
		p.failf("evaluations %s: %v: expected %d evaluations", body, object, count)
		return nil
	}
	var decisions []bool
	for _, one := range list {
		decision, is := p.decision(one)
		if !is {
			return nil
		}
		decisions = append(decisions, decision)
	}
	return decisions
}

// several is a test of several decisions, which are checked in order.
func several(id string, level Level, name, body string, want ...bool) Test {
	return Test{id, level, name, func(p *probe) {
		for i, decision := range p.batch(body, len(want)) {
			if decision != want[i] {
				p.failf("evaluations %s: decision %d is %v, not %v", body, i, decision, want[i])
			}
		}
	}}
}

// shape is a test of how several decisions are answered, whatever they are.
func shape(id, name, body string, count int) Test {
	return Test{id, BatchCore, name, func(p *probe) { p.batch(body, count) }}
}

func list(each ...string) string {
	return `"evaluations":[` + strings.Join(each, ",") + `]`
}

func batchTests() []Test {
	return []Test{
		shape("c-3-2-1", "defaults", request(alice, read, list(request(record1), request(record2))), 2),
		several("c-3-2-2", BatchCore, "decisions in order", request(bob, record1, list(request(read), request(write))), true, false),
		several("c-3-2-3", BatchProperties, "properties of each", request(alice, write, list(request(active), request(archived))), true, false),
		several("c-3-2-4", BatchProperties, "properties of subjects", request(write, archived, list(request(alice), request(admin))), false, true),
		several("c-3-2-5", BatchCore, "no defaults", request(list(request(alice, read, record1), request(bob, write, record1))), true, false),
		shape("c-3-2-6", "context is inherited", request(alice, read, `"context":{"time":"2025-06-27T18:03-07:00"}`, list(
			request(record1), request(record2, `"context":{"time":"2025-06-27T19:00-07:00","source":"batch-override"}`))), 2),
		several("c-3-2-7", BatchProperties, "whole entities are inherited", request(alice, write, active, list(`{}`, request(archived))), true, false),
		shape("c-3-3", "as many answers as questions", request(bob, record1, list(
			request(read), request(write), request(read), request(write), request(read))), 5),
		{"c-3-3-2", BatchCore, "order", func(p *probe) {
			want := []bool{true, false, true, true, false}
			decisions := p.batch(request(record1, list(request(alice, read), request(bob, write), request(bob, read),
				request(alice, write), request(bob, write))), len(want))
			for i, decision := range decisions {
				if decision != want[i] {
					p.failf("decision %d is %v, not %v", i, decision, want[i])
				}
			}
		}},
		{"c-3-4-1", BatchCore, "one evaluation fails", func(p *probe) {
			body := request(alice, read, `"options":{"evaluations_semantic":"execute_all"}`, list(request(record1), `{}`))
			if decisions := p.batch(body, 2); len(decisions) == 2 && (!decisions[0] || decisions[1]) {
				p.failf("evaluations %s: %v, not true and false", body, decisions)
			}
		}},
		{"c-3-4-2", BatchCore, "no evaluations", func(p *probe) { p.decides(evaluations, request(alice, read, record1), true) }},
		{"c-3-4-3", BatchCore, "empty evaluations", func(p *probe) { p.decides(evaluations, request(alice, read, record1, list()), true) }},
	}
}
