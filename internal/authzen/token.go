// SPDX-License-Identifier: Apache-2.0

package authzen

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math"
)

// cursor is how far a search has got.
type cursor struct {
	// limit is the one of the search's first request, negative if it named none.
	limit float64
	// after is the last result that was returned, empty before the first.
	after string
}

// A token is the sum of all that follows, the sum of the request that it continues, the limit as 8 bytes, and the position.
// It is not a secret and grants nothing: it says where to continue, and the caller is authorized again. The sums make sure
// that no page is skipped or shown twice because a token was truncated, or sent with another request. They need no key, so that
// every replica continues what another began.
const (
	sumSize   = 16
	limitSize = 8
)

// requestSum hashes what must stay the same from page to page, except for the limit.
func (x *exchange) requestSum() [sumSize]byte {
	target := fmt.Appendf(nil, "%q %q %q ", x.target.Namespace, x.target.Organization, x.target.Endpoint)
	return sum(target, encoded(&x.message.defaults.request))
}

func sum(first, second []byte) [sumSize]byte {
	hash := sha256.New()
	hash.Write([]byte("rolewright.dev/page/v1 "))
	hash.Write(first)
	hash.Write(second)
	return [sumSize]byte(hash.Sum(nil))
}

// token encodes a cursor for the next request. A request for no results asks only whether there are any: its token leads to them,
// as many as the service puts on a page.
func (x *exchange) token(c cursor) string {
	if c.limit == 0 {
		c.limit = -1
	}
	request := x.requestSum()
	content := binary.BigEndian.AppendUint64(request[:], math.Float64bits(c.limit))
	content = append(content, c.after...)
	whole := sum(nil, content)
	return base64.RawURLEncoding.EncodeToString(append(whole[:], content...))
}

// readCursor returns where the search continues.
func (x *exchange) readCursor() (cursor, *StatusError) {
	asked := &x.message.page
	if asked.token == "" {
		return cursor{limit: asked.limit}, nil
	}
	token, err := base64.RawURLEncoding.Strict().DecodeString(asked.token)
	if err != nil || len(token) < 2*sumSize+limitSize || sum(nil, token[sumSize:]) != [sumSize]byte(token) {
		return cursor{}, badRequestf("page.token is not a next_token of this service: send one as it was given, or none to start again")
	}
	content := token[sumSize:]
	if x.requestSum() != [sumSize]byte(content) {
		return cursor{}, badRequestf("page.token was given for another request: subject, action, resource and context must be as they were")
	}
	limit := math.Float64frombits(binary.BigEndian.Uint64(content[sumSize:]))
	if asked.limit == 0 {
		return cursor{}, badRequestf("page.limit is 0, with which no page has a result: leave it out to get those that page.token leads to")
	}
	if asked.limit > 0 && asked.limit != limit {
		return cursor{}, badRequestf("page.limit is %v: leave it out, or let it be as in the request that page.token continues", asked.limit)
	}
	return cursor{limit: limit, after: string(content[sumSize+limitSize:])}, nil
}
