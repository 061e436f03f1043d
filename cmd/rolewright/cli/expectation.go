// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// expectation is a line of a file of requests: a request, and the decision that is expected.
type expectation struct {
	request *decodedRequest
	// decision is nil if none is expected.
	decision *bool
	// reason is the one that is expected, empty for any. fact says what the line shows.
	reason access.Reason
	fact   string
}

// lineKeys are the keys that a line with the key request may have.
var lineKeys = []string{"request", "expected", "reason", "fact"}

// decodeLine decodes a line: an object with the key request, or a request by itself.
func decodeLine(line []byte) (*expectation, error) {
	if _, err := authzen.ParseValue(line); err != nil {
		return nil, fmt.Errorf("this line is not a request: %w", err)
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(line, &members); err != nil {
		return nil, fmt.Errorf("this line is not a request: %w", err)
	}
	want := &expectation{}
	if isBareRequest(members) {
		var err error
		want.request, err = decodeRequest(authzen.Evaluation, line)
		return want, err
	}
	for _, key := range slices.Sorted(maps.Keys(members)) {
		if err := want.set(key, members[key]); err != nil {
			return nil, err
		}
	}
	switch {
	case want.request == nil:
		return nil, errors.New("the key request is missing")
	case want.reason != "" && want.decision == nil:
		return nil, errors.New("the key reason needs the key expected")
	}
	return want, nil
}

// isBareRequest reports whether a line is a request by itself. A request may have members that nobody knows; those of the lines that
// hold one must be right, or the line would expect nothing.
func isBareRequest(members map[string]json.RawMessage) bool {
	if len(members) == 0 {
		return true
	}
	for _, key := range lineKeys {
		if _, found := members[key]; found {
			return false
		}
	}
	for _, key := range []string{"subject", "action", "resource"} {
		if _, found := members[key]; found {
			return true
		}
	}
	return false
}

// set decodes the value of a key.
func (e *expectation) set(key string, value json.RawMessage) error {
	var err error
	switch key {
	case "request":
		e.request, err = decodeRequest(authzen.Evaluation, value)
	case "expected":
		if err = json.Unmarshal(value, &e.decision); err != nil || e.decision == nil {
			err = fmt.Errorf("expected is %s: write true or false", bytes.TrimSpace(value))
		}
	case "reason":
		if err = json.Unmarshal(value, &e.reason); err != nil {
			err = fmt.Errorf("reason is %s: write a reason in quotes", bytes.TrimSpace(value))
		}
	case "fact":
		if err = json.Unmarshal(value, &e.fact); err != nil {
			err = fmt.Errorf("fact is %s: write a text in quotes", bytes.TrimSpace(value))
		}
	default:
		err = fmt.Errorf("there is no key %q: write %s", key, strings.Join(lineKeys, ", "))
	}
	return err
}

// compare returns how a decision differs from the expected one; empty if it does not. A denial because of a name that does not exist
// is hardly what was meant to be tested, unless the line expects this reason.
func (e *expectation) compare(got *access.Explanation) string {
	var problem string
	switch {
	case *e.decision != got.Decision:
		problem = fmt.Sprintf("expected %s, got %s: %s", yesNo(*e.decision), yesNo(got.Decision), got.Message)
	case e.reason != "" && e.reason != got.Reason:
		problem = fmt.Sprintf("expected the reason %s, got %s: %s", e.reason, got.Reason, got.Message)
	case e.reason == "" && isAboutName(got.Reason):
		problem = fmt.Sprintf("%s: correct the name, or expect it with \"reason\": %q", got.Message, got.Reason)
	default:
		return ""
	}
	if e.fact != "" {
		problem += " (" + e.fact + ")"
	}
	return problem
}

// isAboutName reports whether a request is denied for this reason because it names what does not exist, or is not a request.
func isAboutName(reason access.Reason) bool {
	switch reason {
	case reasonInvalidRequest, access.ReasonUnknownSubjectType, access.ReasonUnknownUser, access.ReasonUnknownPermission,
		access.ReasonUnknownUnit, access.ReasonUnknownDimensionValue:
		return true
	default:
		return false
	}
}
