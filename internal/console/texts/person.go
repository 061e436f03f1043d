// SPDX-License-Identifier: Apache-2.0

package texts

import (
	"errors"
	"fmt"
)

// What is wrong where the console acts as a person.
var (
	ErrNobody     = errors.New("nobody is logged in")
	ErrNotRunning = errors.New("the console does not run")
)

// NeverActsAs is the error of a name that is no person's.
func NeverActsAs(name string) error {
	return fmt.Errorf("the console never acts as %q, which is of the cluster's own", name)
}

// MayNotAct is the error of a person whom the console may not impersonate.
func MayNotAct(err error) error { return fmt.Errorf("the console may not act as you: %w", err) }

// NotNamed is the error of an API server that does not say as whom it takes a person.
func NotNamed(err error) error {
	return fmt.Errorf("the API server does not say who you are: %w", err)
}

// TakenForAnother is the error of an API server that takes a person for another one.
func TakenForAnother(user string, groups []string, saidUser string, saidGroups []string) error {
	return fmt.Errorf("the API server takes you for %q in the groups %q, and the log-in said %q in %q: something on the way changes names",
		user, groups, saidUser, saidGroups)
}

// MayListNothing is shown to those who may not even list namespaces.
const MayListNothing = "You may list neither organizations in all namespaces nor the namespaces: an administrator can give you one of " +
	"these rights, or name the namespaces that the console looks at with --namespaces."

// MayReadNowhere is shown to those who may read organizations nowhere.
func MayReadNowhere(namespaces string) string {
	return "You may not list and watch organizations in any of the namespaces " + namespaces +
		": an administrator can give you the ClusterRole rolewright-viewer in one of them."
}

// TooManyNamespaces is shown where it would take too long to ask for a person's rights.
func TooManyNamespaces(count, most int) string {
	return fmt.Sprintf("There are %d namespaces, and the console asks for your rights in at most %d: an administrator can name those that it "+
		"looks at with --namespaces.", count, most)
}

// RightNotSaid is the error of a right of which the API server does not say whether a person has it.
func RightNotSaid(verb, what string, err error) error {
	return fmt.Errorf("the API server does not say whether you may %s %s: %w", verb, what, err)
}

// TooManyViews is the error of a console that too many different people look at.
func TooManyViews(most int) error {
	return fmt.Errorf("people with %d different sets of rights look at this console at the moment, and it keeps no more: try again in a few "+
		"minutes, or have an administrator raise --max-views", most)
}
