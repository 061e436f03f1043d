// SPDX-License-Identifier: Apache-2.0

package authzen_test

import (
	"testing"

	"github.com/rolewright/rolewright/internal/authzen"
)

const (
	evaluation  = "/access/v1/evaluation"
	evaluations = "/access/v1/evaluations"
)

func TestEvaluation(t *testing.T) {
	h := authzen.NewHandler(oneShop(t), authzen.Options{})
	for _, path := range []string{evaluation, "/trade/shop" + evaluation, evaluations, "/trade/shop" + evaluations} {
		for body, want := range map[string]string{
			`{"subject":{"type":"user","id":"ada"},"action":{"name":"sell"},"resource":{"type":"sale","id":"1"}}`:                                     `{"decision":true}`,
			`{"subject":{"type":"user","id":"ben"},"action":{"name":"sell"},"resource":{"type":"sale","id":"1"}}`:                                     `{"decision":false}`,
			`{"subject":{"type":"user","id":"ben"},"action":{"name":"sell"},"resource":{"type":"branch","id":"north"}}`:                               `{"decision":true}`,
			`{"subject":{"type":"user","id":"ada"},"action":{"name":"sell"},"resource":{"type":"branch","id":"nroth"}}`:                               `{"decision":false}`,
			`{"subject":{"type":"user","id":"ada"},"action":{"name":"sell"},"resource":{"type":"branch","id":"nroth","properties":{"unit":"north"}}}`: `{"decision":false}`,
			`{"subject":{"type":"user","id":"eve"},"action":{"name":"sell"},"resource":{"type":"branch","id":"north"}}`:                               `{"decision":false}`,
			`{"subject":{"type":"user","id":"ada"},"action":{"name":"fly"},"resource":{"type":"branch","id":"north"}}`:                                `{"decision":false}`,
			`{"subject":{"type":"user","id":"ada"},"action":{"name":"sell"},"resource":{"type":"user","id":"eve"}}`:                                   `{"decision":false}`,
			`{"subject":{"type":"user","id":"ada"},"action":{"name":"sell"},"resource":{"type":"sale","id":"1","properties":{"unit":"east"}}}`:        `{"decision":false}`,
			`{"subject":{"type":"user","id":"ada"},"action":{"name":"sell"},"resource":{"type":"branch","id":""}}`:                                    `{"decision":false}`,
			`{"subject":{"type":"robot","id":"ada"},"action":{"name":"sell"},"resource":{"type":"sale","id":"1"}}`:                                    `{"decision":false}`,
			`{"subject":{"type":"user","id":"d\u00e9"},"action":{"name":"sell"},"resource":{"type":"branch","id":"north"}}`:                           `{"decision":true}`,
			`{"subject":{"type":"user","id":"dé"},"\u0061ction":{"name":"sell"},"resource":{"type":"branch","id":"\u006eorth"}}`:                      `{"decision":true}`,
			` {"resource" : {"properties":{"unit":"north","amount":99.5},"id":"1","type":"sale"},"action":{"name":"refund"},
				"subject":{"id":"ben","type":"user"},"context":null,"more":[[{}],null,true,false,1e3,"x"]}` + "\n\t ": `{"decision":true}`,
			`{"subject":{"type":"user","id":"ben"},"action":{"name":"refund"},"resource":{"type":"sale","id":"1","properties":{"unit":"north","amount":100.5}}}`:             `{"decision":false}`,
			`{"subject":{"type":"user","id":"ada","properties":null},"action":{"name":"report","properties":{}},"resource":{"type":"sale","id":"1"},"context":{"mfa":true}}`: `{"decision":true}`,
		} {
			asks(t, h, path, body, 200, want)
		}
	}
}

// TestExplained: who asks for the reason is told it, and the decision is the same.
func TestExplained(t *testing.T) {
	h := authzen.NewHandler(oneShop(t), authzen.Options{})
	asks(t, h, evaluation, `{"options":{"explain":true},"subject":{"type":"user","id":"ada"},"action":{"name":"sell"},"resource":{"type":"sale","id":"1"}}`,
		200, `{"decision":true,"context":{"reason":"Granted","message":"role lead gives sell to ada everywhere","revision":7}}`)
	asks(t, h, evaluations, `{"options":{"explain":true},"subject":{"type":"user","id":"eve"},"action":{"name":"sell"},"resource":{"type":"sale","id":"1"}}`,
		200, `{"decision":false,"context":{"reason":"UnknownUser","message":"\"eve\" is not a user of the organization","revision":7}}`)
}
