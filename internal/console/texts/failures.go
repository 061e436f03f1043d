// SPDX-License-Identifier: Apache-2.0

package texts

import (
	"cmp"
	"fmt"
	"net/http"
)

// Failure is the title of a page that says what is wrong.
func Failure(status int) string { return http.StatusText(status) }

// NoPage is shown where an address leads to nothing.
const NoPage = "There is no page at this address."

// about are the pages that are about something whose kind is not their own name.
var about = map[string]string{"tree": "unit", "without": "role", "administers": "user or unit"}

// NoSuch is shown where an organization has nothing by the name that the address of a page has.
func NoSuch(page, namespace, organization string) string {
	return fmt.Sprintf("There is no %s of that name in %s/%s.", cmp.Or(about[page], page), namespace, organization)
}

// NoOrganization is shown where there is no organization.
func NoOrganization(namespace, name string) string {
	return fmt.Sprintf("There is no organization %s/%s.", namespace, name)
}

// NoObject is shown where there is no object.
func NoObject(object string) string { return fmt.Sprintf("There is no %s.", object) }

// Unresolved is shown where nothing follows from what is written. The reason is empty if findings say it.
func Unresolved(namespace, name, reason string) string {
	if reason == "" {
		reason = "its findings say why."
	}
	return fmt.Sprintf("The organization %s/%s cannot be resolved: %s", namespace, name, reason)
}

// UnknownPerson is shown where the cluster does not say who looks.
func UnknownPerson(why string) string { return "The cluster does not say who you are: " + why }

// OtherHost is shown to a browser that names another host.
func OtherHost(host string) string { return "This console does not answer for the host " + host + "." }

// NotRendered is shown where a template fails.
func NotRendered(err error) string { return fmt.Sprintf("The page cannot be shown: %v", err) }

// NotReady is what a probe reads.
const NotReady = "not ready: the log says why"

// NotShown is the error of an object that cannot be shown.
func NotShown(object string, err error) error {
	return fmt.Errorf("%s cannot be shown: %w", object, err)
}

// NoObjectWritten is the error of a text that is no object.
func NoObjectWritten(object string) error {
	return fmt.Errorf("%s cannot be shown: what is written is no object", object)
}

// FormNotRead is the error of a form that cannot be read.
func FormNotRead(err error) error { return fmt.Errorf("the form cannot be read: %w", err) }

// FileNotRead is the error of a file of a form that cannot be read.
func FileNotRead(name string, err error) error {
	return fmt.Errorf("the file %s cannot be read: %w", name, err)
}

// NotResolved is the error of an organization of which no question can be answered; the cause is nil if the findings say it.
func NotResolved(namespace, name string, cause error) error {
	if cause == nil {
		return fmt.Errorf("organization %s/%s cannot be resolved", namespace, name)
	}
	return fmt.Errorf("organization %s/%s cannot be resolved: %w", namespace, name, cause)
}

// NewerNotShown is the error of manifests that an API server would not accept.
func NewerNotShown(cause error) error {
	return fmt.Errorf("what was written last is not shown: %w", cause)
}
