// SPDX-License-Identifier: Apache-2.0

package texts

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// What is wrong with the answer of an OpenID provider, or with what a console is told of one.
var (
	ErrNotVerified = errors.New("your e-mail address is not verified: have the provider verify it, and log in again")
	ErrNoToken     = errors.New("the provider sent no ID token")
	ErrOtherNonce  = errors.New("the ID token is of another log-in: its nonce differs")
	ErrNoKeys      = errors.New("the provider names no jwks_uri")
	ErrNoKey       = errors.New("there is no key: write one on a line, as openssl rand -hex 32 prints it")
)

// EmptyClaim is the error of a claim that names nobody.
func EmptyClaim(claim string) error {
	return fmt.Errorf("the claim %q, which is to name you, is empty", claim)
}

// UnusableName is the error of a name that is never passed on, for a reason.
func UnusableName(name, claim, reason string) error {
	return fmt.Errorf("the name %q, from the claim %q, cannot be yours: it %s", name, claim, reason)
}

// Reasons for which a name is never passed on.
const (
	NameUnreadable = "contains control characters or invisible ones"
	NameWithSpace  = "begins or ends with white space"
)

// NameReserved is the reason of a name that is one of the cluster's own.
func NameReserved(prefix string) string {
	return `begins with "` + prefix + `", which is for the cluster's own accounts`
}

// NameTooLong is the reason of a name that is too long.
func NameTooLong(most int) string { return fmt.Sprintf("is longer than %d bytes", most) }

// GroupsNoTexts is the error of groups that cannot be read.
func GroupsNoTexts(claim string) error {
	return fmt.Errorf("the claim %q, which is to name your groups, is neither a list of texts nor a text", claim)
}

// ClaimNoMap is the error of a claim that says where others are, and cannot be read.
func ClaimNoMap(claim string) error {
	return fmt.Errorf("the claim %q, which names where claims are, is not a map", claim)
}

// GroupsElsewhere is the error of a token that does not hold the groups itself.
func GroupsElsewhere(claim string) error {
	return fmt.Errorf("you are in more groups than the provider puts into a token: ask for a token that names only the groups that the "+
		"cluster knows, in the claim %q", claim)
}

// ClaimRequired is the error of a claim that is another one than is required.
func ClaimRequired(claim, want string) error {
	return fmt.Errorf("the claim %q is not %q, which this cluster requires of everyone who logs in", claim, want)
}

// NoClaim is the error of a claim that is absent.
func NoClaim(claim string) error {
	return fmt.Errorf("the provider's token has no claim %q: the client needs the scope that contains it", claim)
}

// ClaimNoText is the error of a claim that cannot be read.
func ClaimNoText(claim string) error { return fmt.Errorf("the claim %q is not a text", claim) }

// ShortKey is the error of a key of cookies that could be guessed.
func ShortKey(number, bytes, least int) error {
	return fmt.Errorf("key %d has %d bytes; a key needs at least %d, such as openssl rand -hex 32 prints", number, bytes, least)
}

// SigningAlgorithms is the error of an algorithm that there is not.
func SigningAlgorithms(known []string) error {
	return fmt.Errorf("signing algorithms are %s", strings.Join(known, ", "))
}

// RedirectPath is the error of an address that people cannot come back to.
func RedirectPath(address, path string) error {
	return fmt.Errorf("the redirect URL %s must have the path %s", address, path)
}

// ProviderNotRead is the error of a provider at which nobody can log in.
func ProviderNotRead(issuer string, err error) error {
	return fmt.Errorf("the OpenID provider %s cannot be read: %w", issuer, err)
}

// KeysNotRead is the error of a provider whose keys nobody can verify tokens by.
func KeysNotRead(issuer string, err error) error {
	return fmt.Errorf("the keys of the OpenID provider %s cannot be read: %w", issuer, err)
}

// ProviderSilent is shown while a provider does not answer.
func ProviderSilent(issuer string) string {
	return "The OpenID provider " + issuer + " does not answer: try again later."
}

// NoAttempt is shown to a browser that comes back from a provider and was not sent there.
func NoAttempt(longest time.Duration) string {
	return fmt.Sprintf("This log-in was not begun in this browser, has been finished, or took longer than %d minutes. Log in again.",
		int(longest/time.Minute))
}

// ProviderRefuses is shown to those whom a provider does not log in.
func ProviderRefuses(refusal, description string) string {
	return fmt.Sprintf("The OpenID provider refuses: %.100q %.300q. Log in again, or as another person.", refusal, description)
}

// OtherProvider is shown where another provider answers.
func OtherProvider(issuer string) string {
	return fmt.Sprintf("The answer comes from another provider, %.200q. Log in again.", issuer)
}

// AnswerUntrusted is shown where a token is not what it should be.
const AnswerUntrusted = "The OpenID provider's answer cannot be trusted. Log in again; if that does not help, an administrator finds the " +
	"cause in the console's log."

// RefusedLogIn is shown to those who cannot be logged in by their token.
func RefusedLogIn(err error) string { return "You cannot log in: " + err.Error() + "." }

// OtherClient is the error of a token that was issued to another client.
func OtherClient(party string) error {
	return fmt.Errorf("the ID token was issued to another client: its authorized party is %s", party)
}

// GroupsTooLong is the error of a session that no cookie holds.
func GroupsTooLong(count, most int) string {
	return fmt.Sprintf("You are in %d groups, and their names are too long for a cookie, which holds %d bytes: ask for a token that names "+
		"only the groups that the cluster knows.", count, most)
}
