// SPDX-License-Identifier: Apache-2.0

package authzen

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"maps"
	"math"
	"slices"
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
	r, content := &x.message.defaults.request, make([]byte, 0, 512)
	for _, text := range []string{
		x.target.Namespace, x.target.Organization, string(x.target.Endpoint),
		r.Subject.Type, r.Subject.ID, r.Action.Name, r.Resource.Type, r.Resource.ID,
	} {
		content = appendText(content, text)
	}
	for _, properties := range []map[string]any{r.Subject.Properties, r.Action.Properties, r.Resource.Properties, r.Context} {
		content = appendProperties(content, properties)
	}
	return sum(content)
}

// appendText appends a text so that it ends where it does.
func appendText(to []byte, text string) []byte {
	return append(binary.AppendUvarint(to, uint64(len(text))), text...)
}

// appendProperties appends values in the order of their names.
func appendProperties(to []byte, properties map[string]any) []byte {
	to = binary.AppendUvarint(to, uint64(len(properties)))
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		to = appendValue(appendText(to, name), properties[name])
	}
	return to
}

// appendValue appends a value that was read from JSON, with its type, so that no other value is appended alike.
func appendValue(to []byte, value any) []byte {
	switch value := value.(type) {
	case string:
		return appendText(append(to, '"'), value)
	case float64:
		return binary.BigEndian.AppendUint64(append(to, '0'), math.Float64bits(value))
	case map[string]any:
		return appendProperties(append(to, '{'), value)
	case []any:
		to = binary.AppendUvarint(append(to, '['), uint64(len(value)))
		for _, element := range value {
			to = appendValue(to, element)
		}
		return to
	default:
		return append(append(to, '!'), encoded(value)...)
	}
}

func sum(content []byte) [sumSize]byte {
	hashed := make([]byte, 0, 1024)
	hashed = append(append(hashed, "rolewright.dev/page/v2 "...), content...)
	whole := sha256.Sum256(hashed)
	return [sumSize]byte(whole[:])
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
	whole := sum(content)
	return base64.RawURLEncoding.EncodeToString(append(whole[:], content...))
}

// readCursor returns where the search continues.
func (x *exchange) readCursor() (cursor, *StatusError) {
	asked := &x.message.page
	if asked.token == "" {
		return cursor{limit: asked.limit}, nil
	}
	token, err := base64.RawURLEncoding.Strict().DecodeString(asked.token)
	if err != nil || len(token) < 2*sumSize+limitSize || sum(token[sumSize:]) != [sumSize]byte(token) {
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
