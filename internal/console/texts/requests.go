// SPDX-License-Identifier: Apache-2.0

package texts

import (
	"errors"
	"fmt"
	"strings"
)

// ReadOnly is shown where a form is sent to a console of manifests.
const ReadOnly = "Requests are made in a cluster: these pages show manifests, and change nothing."

// RefusedForm is shown to those whose form cannot be told from one of another site.
const RefusedForm = "Nothing was written: the form was not made for this log-in, or before the console was started again. " +
	"Open the page again, look at what it shows, and send it once more."

// IncompleteForm is shown where a form does not say the same of each request.
const IncompleteForm = "The form says of some requests too little or too much."

// UnknownVerdict is shown where a form decides something else.
func UnknownVerdict[T ~string](verdicts []T, verdict T) string {
	return fmt.Sprintf("A decision is one of %v, not %q.", verdicts, verdict)
}

// ChooseRequests is shown where a form names no request, or too many.
func ChooseRequests(most int) string {
	return fmt.Sprintf("Choose requests to decide: at least one, and at most %d at once.", most)
}

// RequestNotRead is shown where a request cannot be read.
func RequestNotRead(request, why string) string {
	return fmt.Sprintf("Request %s cannot be read: %s", request, why)
}

// NotProlonged is shown where the request that is to be prolonged cannot be read.
func NotProlonged(request, why string) string {
	return fmt.Sprintf("Request %s cannot be prolonged: %s", request, why)
}

// DecisionNotRead is shown where a decision cannot be read.
func DecisionNotRead(decision, why string) string {
	return fmt.Sprintf("Decision %s cannot be read: %s", decision, why)
}

// DecisionsNotRead is shown where a request can be read, and the decisions on it cannot.
func DecisionsNotRead(why string) string { return "The decisions on it cannot be read: " + why }

// What is wrong with a form that asks for something, or for an answer.
var (
	ErrMoment      = errors.New("write a date and a time, for example 2030-06-01T08:00")
	ErrUnitTwice   = errors.New("the unit is given twice: leave it out of the properties")
	ErrGrantNoRole = errors.New("role: name one, or leave out for how long, from when and where it is to be held")
)

// Fields of forms, as their errors begin.
const (
	FieldTime       = "time"
	FieldDuration   = "for how long"
	FieldFrom       = "from when"
	FieldScope      = "scope"
	FieldAttributes = "attributes"
	FieldProperties = "properties of the resource"
	FieldSubject    = "properties of the user"
	FieldContext    = "context"
)

// InField is the error of a field of a form.
func InField(field string, err error) error { return fmt.Errorf("%s: %w", field, err) }

// NoRequestType is the error of a form that does not say what is asked for.
func NoRequestType(types []string) error {
	return fmt.Errorf("kind of request: choose one of %s", strings.Join(types, ", "))
}

// OwnField is the error of an attribute that has a field of its own.
func OwnField(name string) error { return fmt.Errorf("attributes: %s has a field of its own", name) }
