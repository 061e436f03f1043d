// SPDX-License-Identifier: Apache-2.0

package authzen

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// metadata describes the service to clients.
type metadata struct {
	PolicyDecisionPoint string `json:"policy_decision_point"`
	Evaluation          string `json:"access_evaluation_endpoint"`
	Evaluations         string `json:"access_evaluations_endpoint"`
	SearchSubject       string `json:"search_subject_endpoint"`
	SearchResource      string `json:"search_resource_endpoint"`
	SearchAction        string `json:"search_action_endpoint"`
	// What follows is there with a Profile.
	AccessRequests string   `json:"access_request_endpoint,omitempty"`
	Keys           string   `json:"jwks_uri,omitempty"`
	Capabilities   []string `json:"capabilities,omitempty"`
}

// metadataCaching lets clients and proxies keep metadata and the OpenAPI document, which change when the service is moved or updated.
const metadataCaching = "max-age=3600"

// metadata answers with the metadata of the organization, under the address that the client uses. It tells nobody which organizations
// there are whom Authorize might refuse that: then every organization has metadata.
func (x *exchange) metadata(found bool) *StatusError {
	named := x.target.Namespace != ""
	if !found && (x.handler.options.Authorize == nil || !named) {
		return x.notFound()
	}
	base, err := x.base()
	if err != nil {
		return err
	}
	if !x.atRoot {
		base += "/" + url.PathEscape(x.target.Namespace) + "/" + url.PathEscape(x.target.Organization)
	}
	at := func(endpoint Endpoint) string { return base + "/" + string(endpoint) }
	x.w.Header().Set("Cache-Control", metadataCaching)
	described := metadata{
		PolicyDecisionPoint: base, Evaluation: at(Evaluation), Evaluations: at(Evaluations),
		SearchSubject: at(SearchSubject), SearchResource: at(SearchResource), SearchAction: at(SearchAction),
	}
	if x.handler.options.Profile != nil {
		described.AccessRequests, described.Keys, described.Capabilities = at(AccessRequests), at(Keys), []string{capabilityAccessRequest}
	}
	x.writeJSON(described)
	return nil
}

// base returns the address at which the client reaches the service. A host that another may have put into the request is not
// repeated: those who get the answer would send their requests there.
func (x *exchange) base() (string, *StatusError) {
	options := &x.handler.options
	if options.BaseURL != "" {
		return options.BaseURL, nil
	}
	if options.IsOwnHost != nil && !options.IsOwnHost(x.r) {
		return "", statusErrorf(http.StatusMisdirectedRequest,
			"%q is not a name of this service: use one that its certificate is for, or start the service with --base-url", x.r.Host)
	}
	if x.r.TLS == nil {
		return "http://" + x.r.Host, nil
	}
	return "https://" + x.r.Host, nil
}

// pathOfOrganization is how many segments the path of an organization has.
const pathOfOrganization = 2

// CheckBaseURL returns what is wrong with a base URL. The standard asks for https. A path of two segments could be that of an
// organization: a proxy may pass a path on or leave it out, and nobody could tell which is asked about.
func CheckBaseURL(base string) error {
	u, err := url.Parse(base)
	if err != nil {
		return fmt.Errorf("the base URL cannot be read: %w", err)
	}
	if u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("the base URL %q must begin with https:// and a host", base)
	}
	if (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String() != base || u.Path != strings.TrimSuffix(u.JoinPath().Path, "/") {
		return fmt.Errorf("the base URL must be https:// and a host, a port and a path if need be, and nothing else, "+
			"not even a / at its end: https://pdp.example.com, not %s", base)
	}
	if strings.Count(u.Path, "/") == pathOfOrganization {
		return fmt.Errorf("the path %s of the base URL looks like that of an organization, /NAMESPACE/ORGANIZATION: take one with fewer "+
			"parts, or more", u.Path)
	}
	return nil
}
