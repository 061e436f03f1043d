// SPDX-License-Identifier: Apache-2.0

package authzen

import (
	"bytes"

	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// ParseRequest reads a request as an endpoint for single requests reads its body, within the default limits. The error says what the
// endpoint would answer.
func ParseRequest(endpoint Endpoint, body []byte) (*access.Request, error) {
	d := decoder{endpoint: endpoint}
	d.reset(bytes.NewBuffer(body), DefaultMaxDepth)
	var m message
	m.clear()
	if err := d.read(&m); err != nil {
		return nil, bodyError(err)
	}
	return &m.defaults.request, nil
}

// ParseValue reads one value, such as that of a property, as it is read within a request.
func ParseValue(text []byte) (any, error) {
	var d decoder
	d.reset(bytes.NewBuffer(text), DefaultMaxDepth)
	value := d.value()
	if err := d.end(); err != nil {
		return nil, bodyError(err)
	}
	return value, nil
}
