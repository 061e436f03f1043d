// SPDX-License-Identifier: Apache-2.0

package authzen

import (
	"errors"
	"fmt"
	"net/url"
)

// metadata describes the service to clients.
type metadata struct {
	PolicyDecisionPoint string `json:"policy_decision_point"`
	Evaluation          string `json:"access_evaluation_endpoint"`
	Evaluations         string `json:"access_evaluations_endpoint"`
	SearchSubject       string `json:"search_subject_endpoint"`
	SearchResource      string `json:"search_resource_endpoint"`
	SearchAction        string `json:"search_action_endpoint"`
}

// metadata answers with the metadata of the organization, under the address that the client uses.
func (x *exchange) metadata(atRoot bool) {
	base := x.handler.options.BaseURL
	if base == "" {
		base = "http://" + x.r.Host
		if x.r.TLS != nil {
			base = "https://" + x.r.Host
		}
		// The answer depends on the Host header, which caches ignore.
		x.w.Header().Set("Cache-Control", "no-store")
	}
	if !atRoot {
		base += "/" + url.PathEscape(x.target.Namespace) + "/" + url.PathEscape(x.target.Organization)
	}
	at := func(endpoint Endpoint) string { return base + "/" + string(endpoint) }
	x.writeJSON(metadata{
		base, at(Evaluation), at(Evaluations), at(SearchSubject), at(SearchResource), at(SearchAction),
	})
}

// CheckBaseURL returns what is wrong with a base URL. The standard asks for https; the service is at the root of its
// authority, because the metadata is.
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
