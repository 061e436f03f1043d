// SPDX-License-Identifier: Apache-2.0

package authzen

import (
	"errors"
	"mime"
	"net/http"
	"os"
	"strings"
)

const jsonType = "application/json"

// checkContent rejects a body that is not declared as JSON in UTF-8.
func checkContent(header http.Header) *StatusError {
	if encoding := header.Get("Content-Encoding"); encoding != "" && !strings.EqualFold(encoding, "identity") {
		err := statusErrorf(http.StatusUnsupportedMediaType, "Content-Encoding is %q: send the body as it is, without one", encoding)
		err.Header = http.Header{"Accept-Encoding": {"identity"}}
		return err
	}
	types := header["Content-Type"]
	if len(types) == 1 && types[0] == jsonType {
		return nil
	}
	if len(types) != 1 {
		return badRequestf("Content-Type is given %d times: it must be given once, as %s", len(types), jsonType)
	}
	media, parameters, err := mime.ParseMediaType(types[0])
	if err != nil || media != jsonType {
		return badRequestf("Content-Type is %q: it must be %s", types[0], jsonType)
	}
	if charset, named := parameters["charset"]; named && !strings.EqualFold(charset, "utf-8") {
		return badRequestf("Content-Type has the charset %q: JSON is always UTF-8", charset)
	}
	return nil
}

// readBody reads the body into the exchange's buffer.
func (x *exchange) readBody() *StatusError {
	most := x.handler.options.MaxBytes
	if x.r.ContentLength > most {
		return statusErrorf(http.StatusRequestEntityTooLarge, "the body has %d bytes: %d are allowed", x.r.ContentLength, most)
	}
	body := x.r.Body
	if x.r.ContentLength < 0 {
		body = http.MaxBytesReader(x.w, body, most)
	}
	_, err := x.body.ReadFrom(body)
	if err == nil {
		return nil
	}
	if _, is := errors.AsType[*http.MaxBytesError](err); is {
		return statusErrorf(http.StatusRequestEntityTooLarge, "the body has more than %d bytes, which are allowed", most)
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return statusErrorf(http.StatusRequestTimeout, "the body did not arrive in time: %d bytes did", x.body.Len())
	}
	return badRequestf("the body cannot be read: %v", err)
}
