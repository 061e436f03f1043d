// SPDX-License-Identifier: Apache-2.0

package authzen

import (
	"errors"
	"io"
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

// smallBody is the size of a body that is always read: nearly all are smaller.
const smallBody = 16 << 10

var errBodiesFull = errors.New("there is no memory for the body")

// heldBody is a body that may be large. What has arrived of it counts for what the handler may hold of all.
type heldBody struct {
	exchange *exchange
	body     io.Reader
	arrived  int64
}

// Read implements io.Reader.
func (b *heldBody) Read(p []byte) (int, error) {
	n, err := b.body.Read(p)
	b.arrived += int64(n)
	if large := b.arrived - smallBody - b.exchange.held; large > 0 {
		b.exchange.held += large
		h := b.exchange.handler
		if h.bodies.Add(large) > h.options.MaxBodies {
			return 0, errBodiesFull
		}
	}
	return n, err
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
	var err error
	if length := x.r.ContentLength; length >= 0 && length <= smallBody {
		_, err = x.body.ReadFrom(body)
	} else {
		_, err = x.body.ReadFrom(&heldBody{exchange: x, body: body})
	}
	if err == nil {
		return nil
	}
	if errors.Is(err, errBodiesFull) {
		return tooMany("the bodies of other requests take all memory that there is for them: try again later")
	}
	if _, is := errors.AsType[*http.MaxBytesError](err); is {
		return statusErrorf(http.StatusRequestEntityTooLarge, "the body has more than %d bytes, which are allowed", most)
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return statusErrorf(http.StatusRequestTimeout, "the body did not arrive in time: %d bytes did", x.body.Len())
	}
	return badRequestf("the body cannot be read: %v", err)
}
