// SPDX-License-Identifier: Apache-2.0

package outcome

// chainContext is what is known of the context of a chain's conditions, by the keys of their paths.
var chainContext = map[string]value{
	attributeKey([]string{"context", "beneficiary"}):                  text,
	attributeKey([]string{"context", "justification"}):                text,
	attributeKey([]string{"context", "grant"}):                        optional(json(Map)),
	attributeKey([]string{"context", "grant", "role"}):                optional(text),
	attributeKey([]string{"context", "grant", "durationSeconds"}):     optional(json(Double)),
	attributeKey([]string{"context", "grant", "startTime"}):           optional(value{kinds: Timestamp}),
	attributeKey([]string{"context", "grant", "renewalOf"}):           optional(text),
	attributeKey([]string{"context", "grant", "scope"}):               optional(json(Map)),
	attributeKey([]string{"context", "grant", "scope", "everywhere"}): optional(json(Bool)),
	attributeKey([]string{"context", "grant", "scope", "units"}):      optional(value{kinds: List, element: &text}),
	attributeKey([]string{"context", "grant", "scope", "unitGroups"}): optional(value{kinds: List, element: &text}),
	attributeKey([]string{"context", "grant", "scope", "dimensions"}): optional(json(Map)),
}

// optional returns a value that may be missing.
func optional(v value) value {
	v.fails = true
	return v
}
