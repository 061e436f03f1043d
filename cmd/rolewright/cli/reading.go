// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// reasonInvalidRequest is the reason of a no to a request in which a field holds what no request holds there.
const reasonInvalidRequest access.Reason = "InvalidRequest"

// reading is a request as it was read.
type reading struct {
	request *access.Request
	// odd says what is odd about the request. The answer is no: who leaves the odd value out answers another request.
	odd string
}

// explain answers the request.
func (r *reading) explain(index *engine.Index) access.Explanation {
	if r.odd != "" {
		return access.Explanation{Reason: reasonInvalidRequest, Message: r.odd}
	}
	return index.Explain(r.request)
}

// decodeRequest reads a request. AuthZEN allows fields beside those that are decided by. Only what is no JSON object is an
// error; any other request has an answer.
func decodeRequest(data []byte) (*reading, error) {
	if !bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) {
		return nil, errors.New(`this is no evaluation request: write {"subject": ..., "action": ..., "resource": ...}`)
	}
	r := &reading{request: &access.Request{}}
	err := json.Unmarshal(data, r.request)
	if odd, is := errors.AsType[*json.UnmarshalTypeError](err); is {
		r.odd = fmt.Sprintf("%s is of the JSON type %s, which no request has there", odd.Field, odd.Value)
		return r, nil
	}
	if err != nil {
		return nil, fmt.Errorf("this is no evaluation request in JSON: %w", err)
	}
	return r, nil
}
