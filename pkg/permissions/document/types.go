// SPDX-License-Identifier: Apache-2.0

package document

import "slices"

// EffectiveSubjectTypes returns the words by which requests call users, never none: what is not a word calls nobody.
func (d *Document) EffectiveSubjectTypes() []string {
	if len(d.SubjectTypes) == 0 {
		return []string{DefaultSubjectType}
	}
	return d.SubjectTypes
}

// IsAbout reports whether the permission is about resources of a type.
func (p *Permission) IsAbout(resourceType string) bool {
	return len(p.ResourceTypes) == 0 || slices.Contains(p.ResourceTypes, resourceType)
}

// RequiredSchema returns the schema that a document must have, because of what it says.
func (d *Document) RequiredSchema() string {
	if len(d.SubjectTypes) > 0 {
		return TypedSchema
	}
	for name := range d.Permissions {
		if len(d.Permissions[name].ResourceTypes) > 0 {
			return TypedSchema
		}
	}
	return Schema
}

// KnownSchema reports whether a schema is one that this reader knows.
func KnownSchema(schema string) bool { return schema == Schema || schema == TypedSchema }
