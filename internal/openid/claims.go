// SPDX-License-Identifier: Apache-2.0

package openid

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Claims say which claims of a token name a person and their groups, as the flags --oidc-* of kube-apiserver do.
//
// The meaning is that of k8s.io/apiserver/plugin/pkg/authenticator/token/oidc (getUsername, getGroups, required claims), and that of the
// prefixes is that of k8s.io/kubernetes/pkg/kubeapiserver/options (ToAuthenticationConfig). A test of this package asks both the same.
type Claims struct {
	// Username is the claim with the name: "sub" if it is empty.
	Username string
	// UsernamePrefix stands before every name. If it is empty, that is the issuer and "#" for every claim but "email"; "-" stands for none.
	UsernamePrefix string
	// Groups is the claim with the groups, a list or one text; people have no groups if it is empty.
	Groups string
	// GroupsPrefix stands before every group.
	GroupsPrefix string
	// Required are claims that a token must have, with their values.
	Required map[string]string
}

const (
	defaultUsernameClaim = "sub"
	emailClaim           = "email"
	noPrefix             = "-"
	// reserved is what names begin with that the API server gives a meaning to.
	reserved = "system:"
	// mostNameBytes bounds a name: no user of an organization has a longer one.
	mostNameBytes = 2048
)

// Identity is how the API server knows a person.
type Identity struct {
	User   string
	Groups []string
	// LeftOut are groups that the token names, and that are never passed on.
	LeftOut []string
}

// Identify returns how the API server knows the person of a token with such claims. The error says what to do, to the person.
func (c *Claims) Identify(issuer string, raw map[string]json.RawMessage) (*Identity, error) {
	claim := c.Username
	if claim == "" {
		claim = defaultUsernameClaim
	}
	name, err := text(raw, claim)
	if err != nil {
		return nil, err
	}
	if claim == emailClaim {
		if err := verified(raw); err != nil {
			return nil, err
		}
	}
	if name == "" {
		return nil, emptyClaim(claim)
	}
	who := &Identity{User: c.usernamePrefix(issuer, claim) + name}
	if reason := unusable(who.User); reason != "" {
		return nil, unusableName(who.User, claim, reason)
	}
	groups, err := c.groups(raw)
	if err != nil {
		return nil, err
	}
	who.join(c.GroupsPrefix, groups)
	return who, c.checkRequired(raw)
}

// join adds groups, but for those that are never passed on.
func (who *Identity) join(prefix string, groups []string) {
	for _, group := range groups {
		switch {
		case group == "" || unusable(prefix+group) != "":
			who.LeftOut = append(who.LeftOut, prefix+group)
		case !slices.Contains(who.Groups, prefix+group):
			who.Groups = append(who.Groups, prefix+group)
		}
	}
}

func (c *Claims) usernamePrefix(issuer, claim string) string {
	switch {
	case c.UsernamePrefix == noPrefix:
		return ""
	case c.UsernamePrefix == "" && claim != emailClaim:
		return issuer + "#"
	default:
		return c.UsernamePrefix
	}
}

// groups returns the groups of a token, without prefix.
func (c *Claims) groups(raw map[string]json.RawMessage) ([]string, error) {
	if c.Groups == "" {
		return nil, nil
	}
	value, has := raw[c.Groups]
	if !has {
		return nil, c.checkDistributed(raw)
	}
	var several []string
	if json.Unmarshal(value, &several) == nil {
		return several, nil
	}
	one, err := text(raw, c.Groups)
	if err != nil {
		return nil, groupsNoTexts(c.Groups)
	}
	return []string{one}, nil
}

// checkDistributed refuses a token that names the place where the groups are instead of the groups: without them, a person would act with
// fewer rights than the API server gives them, and not know why.
func (c *Claims) checkDistributed(raw map[string]json.RawMessage) error {
	var elsewhere map[string]json.RawMessage
	if value, has := raw["_claim_names"]; has {
		if err := json.Unmarshal(value, &elsewhere); err != nil {
			return claimNoMap("_claim_names")
		}
	}
	if _, is := elsewhere[c.Groups]; !is {
		return nil
	}
	return groupsElsewhere(c.Groups)
}

func (c *Claims) checkRequired(raw map[string]json.RawMessage) error {
	for _, claim := range slices.Sorted(maps.Keys(c.Required)) {
		want := c.Required[claim]
		if got, err := text(raw, claim); err != nil {
			return err
		} else if got != want {
			return claimRequired(claim, want)
		}
	}
	return nil
}

// verified refuses an e-mail address of which the provider says that it is not known to be the person's.
func verified(raw map[string]json.RawMessage) error {
	value, has := raw["email_verified"]
	if !has {
		return nil
	}
	var is bool
	if json.Unmarshal(value, &is) != nil || !is {
		return errNotVerified
	}
	return nil
}

// text returns a claim that is a text.
func text(raw map[string]json.RawMessage, claim string) (string, error) {
	value, has := raw[claim]
	if !has {
		return "", noClaim(claim)
	}
	var is string
	if err := json.Unmarshal(value, &is); err != nil {
		return "", claimNoText(claim)
	}
	return is, nil
}

// unusable returns why a name must not be passed on to the API server, as what a sentence about it goes on with; empty if it may be.
//
// A header carries a name, and what reads headers cuts white space off their ends and refuses control characters, or worse, does not.
func unusable(name string) string {
	switch {
	case strings.HasPrefix(name, reserved):
		return nameReserved(reserved)
	case len(name) > mostNameBytes:
		return nameTooLong(mostNameBytes)
	case !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.C, r) || r == '\u2028' || r == '\u2029' || r == utf8.RuneError
	}):
		return nameUnreadable
	case strings.TrimSpace(name) != name:
		return nameWithSpace
	}
	return ""
}
