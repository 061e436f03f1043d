// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// reasonInvalidRequest is the reason for denying a request that the decision service would not answer.
const reasonInvalidRequest access.Reason = "InvalidRequest"

// decodedRequest is an evaluation request that was read as JSON or made from flags.
type decodedRequest struct {
	request *access.Request
	// invalid says what is wrong with a request in JSON. Such a request is denied, as the decision service denies one of several.
	invalid string
}

// explain decides the request. A judge decides about advice that constraints may withhold.
func (r *decodedRequest) explain(index *engine.Index, judge engine.Judge) access.Explanation {
	if r.invalid != "" {
		return access.Explanation{Reason: reasonInvalidRequest, Message: r.invalid}
	}
	return index.ExplainJudged(r.request, judge)
}

// decodeRequest decodes a request as the decision service does at an endpoint. It fails only if the data is not a JSON object;
// every other request can be decided.
func decodeRequest(endpoint authzen.Endpoint, data []byte) (*decodedRequest, error) {
	if !bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) {
		return nil, errors.New(`not an evaluation request: write {"subject": ..., "action": ..., "resource": ...}`)
	}
	request, err := authzen.ParseRequest(endpoint, data)
	switch {
	case err == nil:
		return &decodedRequest{request: request}, nil
	case json.Valid(data):
		return &decodedRequest{request: &access.Request{}, invalid: err.Error()}, nil
	default:
		return nil, fmt.Errorf("not an evaluation request: %w", err)
	}
}
