// SPDX-License-Identifier: Apache-2.0

package texts

import (
	"errors"
	"fmt"
	"time"
)

// What is wrong with the answer of an OpenID provider, or with what a console is told of one.
var (
	ErrNoToken    = errors.New("the provider sent no ID token")
	ErrOtherNonce = errors.New("the ID token is of another log-in: its nonce differs")
	ErrNoKey      = errors.New("there is no key: write one on a line, as openssl rand -hex 32 prints it")
)

// ShortKey is the error of a key of cookies that could be guessed.
func ShortKey(number, bytes, least int) error {
	return fmt.Errorf("key %d has %d bytes; a key needs at least %d, such as openssl rand -hex 32 prints", number, bytes, least)
}

// RedirectPath is the error of an address that people cannot come back to.
func RedirectPath(address, path string) error {
	return fmt.Errorf("the redirect URL %s must have the path %s", address, path)
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
