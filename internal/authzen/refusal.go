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

func refuse(status int, format string, args ...any) *Refusal {
	return &Refusal{Status: status, Message: fmt.Sprintf(format, args...)}
}

func badRequest(format string, args ...any) *Refusal {
	return refuse(http.StatusBadRequest, format, args...)
}

// bodyError is what is wrong with a body.
type bodyError struct{ *Refusal }

// Error is the message.
func (e *bodyError) Error() string { return e.Message }

func badBody(format string, args ...any) error { return &bodyError{badRequest(format, args...)} }

// refusalOf turns what went wrong while a body was read as JSON into an answer.
func refusalOf(err error) *Refusal {
	if bad, is := errors.AsType[*bodyError](err); is {
		return bad.Refusal
	}
	if errors.Is(err, io.EOF) {
		return badRequest("the body is empty: it must be a JSON object")
	}
	syntax, is := errors.AsType[*jsontext.SyntacticError](err)
	switch {
	case !is:
		return badRequest("the body is not JSON: %v", err)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return badRequest("the body is not JSON: it ends after %d bytes, in the middle%s", syntax.ByteOffset, at(syntax.JSONPointer))
	case errors.Is(err, jsontext.ErrDuplicateName):
		return badRequest("the body has the member %q twice%s: each name may stand once in an object",
			syntax.JSONPointer.LastToken(), at(syntax.JSONPointer.Parent()))
	default:
		return badRequest("the body is not JSON: %v after %d bytes%s",
			strings.TrimPrefix(syntax.Err.Error(), "jsontext: "), syntax.ByteOffset, at(syntax.JSONPointer))
	}
}

// at tells where in a body something is.
func at(pointer jsontext.Pointer) string {
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
