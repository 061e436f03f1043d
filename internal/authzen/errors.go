// SPDX-License-Identifier: Apache-2.0

package authzen

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// StatusError is an answer that is an error.
type StatusError struct {
	// Status is the HTTP status, Message the body.
	Status  int
	Message string
	// Header holds further headers, such as WWW-Authenticate.
	Header http.Header
}

// Error implements error.
func (e *StatusError) Error() string { return e.Message }

func statusErrorf(status int, format string, args ...any) *StatusError {
	return &StatusError{Status: status, Message: fmt.Sprintf(format, args...)}
}

func badRequestf(format string, args ...any) *StatusError {
	return statusErrorf(http.StatusBadRequest, format, args...)
}

// tooMany is the answer to a request that there is no room for.
func tooMany(message string) *StatusError {
	return &StatusError{Status: http.StatusTooManyRequests, Message: message, Header: http.Header{"Retry-After": {"1"}}}
}

// bodyError turns an error that occurred while a body was decoded into an answer.
func bodyError(err error) *StatusError {
	if statusError, is := errors.AsType[*StatusError](err); is {
		return statusError
	}
	if errors.Is(err, io.EOF) {
		return badRequestf("the body is empty: it must be a JSON object")
	}
	syntax, is := errors.AsType[*jsontext.SyntacticError](err)
	switch {
	case !is:
		return badRequestf("the body is not JSON: %v", err)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return badRequestf("the body is not JSON: it ends after %d bytes, in the middle%s", syntax.ByteOffset, location(syntax.JSONPointer))
	case errors.Is(err, jsontext.ErrDuplicateName):
		return badRequestf("the body has the member %q twice%s: each name may stand once in an object",
			syntax.JSONPointer.LastToken(), location(syntax.JSONPointer.Parent()))
	default:
		return badRequestf("the body is not JSON: %v after %d bytes%s",
			strings.TrimPrefix(syntax.Err.Error(), "jsontext: "), syntax.ByteOffset, location(syntax.JSONPointer))
	}
}

// location describes a position in a body.
func location(pointer jsontext.Pointer) string {
	const most = 200
	switch {
	case pointer == "":
		return ""
	case len(pointer) > most:
		return fmt.Sprintf(", at %q…", string(pointer[:most]))
	default:
		return fmt.Sprintf(", at %s", pointer)
	}
}
