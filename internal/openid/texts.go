// SPDX-License-Identifier: Apache-2.0

package openid

import (
	"errors"
	"fmt"
	"strings"
)

// What is wrong with a token, as the person reads it whose token it is, or with a provider.
var (
	errNotVerified = errors.New("your e-mail address is not verified: have the provider verify it, and log in again")
	errNoKeys      = errors.New("the provider names no jwks_uri")
)

// Reasons for which a name is never passed on.
const (
	nameUnreadable = "contains control characters or invisible ones"
	nameWithSpace  = "begins or ends with white space"
)

// emptyClaim is the error of a claim that names nobody.
func emptyClaim(claim string) error {
	return fmt.Errorf("the claim %q, which is to name you, is empty", claim)
}

// unusableName is the error of a name that is never passed on, for a reason.
func unusableName(name, claim, reason string) error {
	return fmt.Errorf("the name %q, from the claim %q, cannot be yours: it %s", name, claim, reason)
}

// nameReserved is the reason of a name that is one of the cluster's own.
func nameReserved(prefix string) string {
	return `begins with "` + prefix + `", which is for the cluster's own accounts`
}

// nameTooLong is the reason of a name that is too long.
func nameTooLong(most int) string { return fmt.Sprintf("is longer than %d bytes", most) }

// groupsNoTexts is the error of groups that cannot be read.
func groupsNoTexts(claim string) error {
	return fmt.Errorf("the claim %q, which is to name your groups, is neither a list of texts nor a text", claim)
}

// claimNoMap is the error of a claim that says where others are, and cannot be read.
func claimNoMap(claim string) error {
	return fmt.Errorf("the claim %q, which names where claims are, is not a map", claim)
}

// groupsElsewhere is the error of a token that does not hold the groups itself.
func groupsElsewhere(claim string) error {
	return fmt.Errorf("you are in more groups than the provider puts into a token: ask for a token that names only the groups that the "+
		"cluster knows, in the claim %q", claim)
}

// claimRequired is the error of a claim that is another one than is required.
func claimRequired(claim, want string) error {
	return fmt.Errorf("the claim %q is not %q, which this cluster requires of everyone who logs in", claim, want)
}

// noClaim is the error of a claim that is absent.
func noClaim(claim string) error {
	return fmt.Errorf("the provider's token has no claim %q: the client needs the scope that contains it", claim)
}

// claimNoText is the error of a claim that cannot be read.
func claimNoText(claim string) error { return fmt.Errorf("the claim %q is not a text", claim) }

// signingAlgorithms is the error of an algorithm that there is not.
func signingAlgorithms(known []string) error {
	return fmt.Errorf("signing algorithms are %s", strings.Join(known, ", "))
}

// providerNotRead is the error of a provider at which nobody can log in.
func providerNotRead(issuer string, err error) error {
	return fmt.Errorf("the OpenID provider %s cannot be read: %w", issuer, err)
}

// keysNotRead is the error of a provider whose keys nobody can verify tokens by.
func keysNotRead(issuer string, err error) error {
	return fmt.Errorf("the keys of the OpenID provider %s cannot be read: %w", issuer, err)
}
