// SPDX-License-Identifier: Apache-2.0

package texts

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Consequences of what cannot be read of a cluster.
const (
	Unfollowed      = "organizations are shown as they are written, without what follows from it"
	WithoutPlatform = "users to whom they give roles may do more than is shown, and users whom they suspend nothing"
	WithoutVotes    = "who has decided requests is not shown"
	NoneShown       = "no organization can be shown"
)

// Resources names some resources of a group.
func Resources(names []string, group string) string {
	return strings.Join(names, ", ") + " of " + group
}

// Where says in which namespaces something is; an empty name stands for all.
func Where(inNamespace bool, namespace string) string {
	switch {
	case !inNamespace:
		return ""
	case namespace == "":
		return " in all namespaces"
	}
	return " in namespace " + namespace
}

// MayNotRead says that a person may not read something.
func MayNotRead(what, where string) string { return "You may not list and watch " + what + where }

// Allowed adds to what follows which ClusterRole would allow it.
func Allowed(consequence, role string) string {
	return consequence + ". The ClusterRole " + role + " allows it"
}

// KindsMissing says that a cluster lacks kinds.
func KindsMissing(what string) string { return "The cluster does not know " + what }

// Install adds to what follows what would help.
func Install(consequence string) string {
	return consequence + ". Install Rolewright's CustomResourceDefinitions"
}

// NotReturned says that something was not read yet.
func NotReturned(what, where string) string {
	return "The API server has not returned " + what + where + " yet"
}

// NorVocabulary adds that what stands in for catalogs and platform roles cannot be read either.
func NorVocabulary(namespace string) string {
	return ", nor read what is published of them in namespace " + namespace
}

// Lack is the sentence of what could not be read, what else could not, and what follows.
func Lack(said, also, consequence string) string { return said + also + ": " + consequence + "." }

// Silent is the error of an API server that does not answer.
func Silent(since, now time.Time, err error) error {
	ago := "less than a minute ago"
	if minutes := int(now.Sub(since).Minutes()); minutes == 1 {
		ago = "1 minute ago"
	} else if minutes > 1 {
		ago = fmt.Sprintf("%d minutes ago", minutes)
	}
	return fmt.Errorf("the API server has not answered since %s UTC (%s): what is shown may have changed since. It is asked again and again; "+
		"the last error is: %w", since.UTC().Format(time.TimeOnly), ago, err)
}

// ErrStillReading is the error of a page that is asked for before a cluster was read.
var ErrStillReading = errors.New("the cluster is still being read: this page will follow once it is")

// LastNotShown is the error of a state that cannot be made.
func LastNotShown(err error) error {
	return fmt.Errorf("what was written last cannot be shown: %w", err)
}

// NoVocabulary is the error of a namespace in which the manager has not published catalogs and platform roles.
func NoVocabulary(namespace, name string) error {
	return fmt.Errorf("ConfigMap %s/%s, which would do instead, does not exist: the manager has not written it", namespace, name)
}

// OfNamespace is the error of a namespace.
func OfNamespace(namespace string, err error) error {
	return fmt.Errorf("namespace %s: %w", namespace, err)
}

// NoKinds is the error of a program that lacks its own kinds.
func NoKinds(err error) error { return fmt.Errorf("the built-in kinds cannot be used: %w", err) }

// NoCluster is the error of a cluster that cannot be reached.
func NoCluster(err error) error { return fmt.Errorf("cannot reach the cluster: %w", err) }
