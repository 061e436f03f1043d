// SPDX-License-Identifier: Apache-2.0

package authzen

import (
	"mime"
	"net/http"
	"net/url"
	"strings"
)

func discoveryTests() []Test {
	return []Test{
		{"c-6-1", Discovery, "metadata is there", func(p *probe) {
			got := p.get(metadataURL(p.base))
			media, _, _ := mime.ParseMediaType(got.header.Get("Content-Type"))
			if got.status != http.StatusOK || media != "application/json" || got.object == nil {
				p.failf("metadata: status %d, Content-Type %q, body %q: expected 200 and a JSON object",
					got.status, got.header.Get("Content-Type"), got.body)
			}
		}},
		{"c-6-3", Discovery, "required fields", func(p *probe) {
			object := p.get(metadataURL(p.base)).object
			if object["policy_decision_point"] != p.base {
				p.failf("policy_decision_point is %v: expected %s", object["policy_decision_point"], p.base)
			}
			p.isURL(evaluation, object[evaluation])
		}},
		{"c-6-4", Discovery, "optional fields", func(p *probe) {
			object := p.get(metadataURL(p.base)).object
			for _, name := range []string{evaluations, searchSubject, searchResource, searchAction} {
				if value, present := object[name]; present {
					p.isURL(name, value)
				}
			}
			if value, present := object["capabilities"]; present {
				list, is := value.([]any)
				for _, one := range list {
					if _, isString := one.(string); !isString {
						is = false
					}
				}
				if !is {
					p.failf("capabilities is %v: expected a list of strings", value)
				}
			}
			if token, present := object["signed_metadata"]; present {
				if text, is := token.(string); !is || strings.Count(text, ".") != 2 {
					p.failf("signed_metadata is %v: expected a JWT", token)
				}
			}
		}},
		{"c-6-5", Discovery, "what the metadata names answers", func(p *probe) {
			object := p.get(metadataURL(p.base)).object
			for _, name := range []string{evaluation, evaluations, searchSubject, searchResource, searchAction} {
				if _, named := object[name]; named {
					p.ok(name, request(alice, read, record1))
				}
			}
		}},
	}
}

func (p *probe) isURL(name string, value any) {
	text, _ := value.(string)
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" || u.Host == "" {
		p.failf("%s is %v: expected an https URL", name, value)
	}
}
