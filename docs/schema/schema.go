// SPDX-License-Identifier: Apache-2.0

package schema

import _ "embed"

// Suite is the schema of test suites.
//
//go:embed suite.schema.json
var Suite []byte
