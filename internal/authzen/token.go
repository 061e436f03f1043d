// SPDX-License-Identifier: Apache-2.0

package authzen

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
)

// position is how far a search has come.
type position struct {
	// limit is the one of the search's first request, negative if it named none.
	limit float64
	// after is the last result that was answered, empty before the first.
	after string
}

// A token is the sum of all that follows, the sum of the request that it continues, the limit as 8 bytes, and the position.
// It is no secret and opens nothing: it says where to go on, and whoever asks is asked for their rights anew. The sums are
// there so that no page is skipped or shown twice because a token was cut, or sent with another request. They need no
// key, so that every replica continues what another began.
const (
	sumSize   = 16
	limitSize = 8
)

// requestSum is the sum of what must stay the same from page to page, but for the limit.
func (x *exchange) requestSum() ([sumSize]byte, error) {
	request, err := json.Marshal(&x.message.request)
	if err != nil {
		return [sumSize]byte{}, err
	}
	return sum(fmt.Appendf(nil, "%q %q %q ", x.target.Namespace, x.target.Organization, x.target.Endpoint), request), nil
}

func sum(first, second []byte) [sumSize]byte {
	hash := sha256.New()
	hash.Write([]byte("rolewright.dev/page/v1 "))
	hash.Write(first)
	hash.Write(second)
	return [sumSize]byte(hash.Sum(nil))
}

// token writes a position down for the next request.
func (x *exchange) token(p position) (string, error) {
	request, err := x.requestSum()
	if err != nil {
		return "", err
	}
	content := binary.BigEndian.AppendUint64(request[:], math.Float64bits(p.limit))
	content = append(content, p.after...)
	whole := sum(nil, content)
	return base64.RawURLEncoding.EncodeToString(append(whole[:], content...)), nil
}

// position reads where the search is to go on.
func (x *exchange) position() (position, *StatusError) {
	asked := &x.message.page
	if asked.token == "" {
		return position{limit: asked.limit}, nil
	}
	token, err := base64.RawURLEncoding.Strict().DecodeString(asked.token)
	if err != nil || len(token) < 2*sumSize+limitSize || sum(nil, token[sumSize:]) != [sumSize]byte(token) {
		return position{}, badRequestf("page.token is not a next_token of this service: send one as it was given, or none to start again")
	}
	content := token[sumSize:]
	request, err := x.requestSum()
	if err != nil {
		return position{}, internalError(err)
	}
	if request != [sumSize]byte(content) {
		return position{}, badRequestf("page.token was given for another request: subject, action, resource and context must be as they were")
	}
	limit := math.Float64frombits(binary.BigEndian.Uint64(content[sumSize:]))
	if asked.limit >= 0 && asked.limit != limit {
		return position{}, badRequestf("page.limit is %v: leave it out, or let it be as in the request that page.token continues", asked.limit)
	}
	return position{limit: limit, after: string(content[sumSize+limitSize:])}, nil
}
