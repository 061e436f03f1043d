// SPDX-License-Identifier: Apache-2.0

package schema

import "embed"

// Suite is the schema of test suites.
//
//go:embed suite.schema.json
var Suite []byte

// Answers holds the schemas that say what parts of answers are, by the names of their files.
//
//go:embed chain.schema.json explanation.schema.json search.schema.json
var Answers embed.FS
