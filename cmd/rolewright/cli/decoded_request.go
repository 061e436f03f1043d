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

// reasonInvalidRequest is the reason for denying a request with a value of the wrong JSON type.
const reasonInvalidRequest access.Reason = "InvalidRequest"

// decodedRequest is an evaluation request that was read as JSON or made from flags.
type decodedRequest struct {
	request *access.Request
	// invalid says which value has the wrong type. Such a request is denied: without the value it would be another request.
	invalid string
}

// explain decides the request.
func (r *decodedRequest) explain(index *engine.Index) access.Explanation {
	if r.invalid != "" {
		return access.Explanation{Reason: reasonInvalidRequest, Message: r.invalid}
	}
	return index.Explain(r.request)
}

// decodeRequest decodes a request. As AuthZEN demands, it ignores unknown fields. It fails only if the data is not a JSON
// object; every other request can be decided.
func decodeRequest(data []byte) (*decodedRequest, error) {
	if !bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) {
		return nil, errors.New(`not an evaluation request: write {"subject": ..., "action": ..., "resource": ...}`)
	}
	r := &decodedRequest{request: &access.Request{}}
	err := json.Unmarshal(data, r.request)
	if mismatch, is := errors.AsType[*json.UnmarshalTypeError](err); is {
		r.invalid = fmt.Sprintf("%s must not be of the JSON type %s", mismatch.Field, mismatch.Value)
		return r, nil
	}
	if err != nil {
		return nil, fmt.Errorf("not an evaluation request in JSON: %w", err)
	}
	return r, nil
}
