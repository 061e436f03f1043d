// SPDX-License-Identifier: Apache-2.0

package authzen

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
)

// metadata is what a client learns of the service.
type metadata struct {
	PolicyDecisionPoint string `json:"policy_decision_point"`
	Evaluation          string `json:"access_evaluation_endpoint"`
	Evaluations         string `json:"access_evaluations_endpoint"`
	SearchSubject       string `json:"search_subject_endpoint"`
	SearchResource      string `json:"search_resource_endpoint"`
	SearchAction        string `json:"search_action_endpoint"`
}

// metadata answers with the metadata of the organization, under the name by which the client knows the service.
func (x *exchange) metadata(atRoot bool) *StatusError {
	base := x.handler.BaseURL
	if base == "" {
		base = "http://" + x.r.Host
		if x.r.TLS != nil {
			base = "https://" + x.r.Host
		}
		// What is told follows the name that the client used, which no cache knows.
		x.w.Header().Set("Cache-Control", "no-store")
	}
	if !atRoot {
		base += "/" + url.PathEscape(x.target.Namespace) + "/" + url.PathEscape(x.target.Organization)
	}
	at := func(endpoint Endpoint) string { return base + "/" + string(endpoint) }
	text, err := json.Marshal(metadata{
		base, at(Evaluation), at(Evaluations), at(SearchSubject), at(SearchResource), at(SearchAction),
	})
	x.answer = append(x.answer, text...)
	return internalError(err)
}

// CheckBaseURL tells what is wrong with a base URL. The standard asks for https; the service stands at the root of its
// authority, because metadata does.
func CheckBaseURL(base string) error {
	u, err := url.Parse(base)
	if err != nil {
		return fmt.Errorf("the base URL cannot be read: %w", err)
	}
	if u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("the base URL %q must begin with https:// and a host", base)
	}
	if (&url.URL{Scheme: u.Scheme, Host: u.Host}).String() != base {
		return errors.New("the base URL must be https:// and a host, with a port if need be, and nothing else: https://pdp.example.com")
	}
	return nil
}
