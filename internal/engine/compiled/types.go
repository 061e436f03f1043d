// SPDX-License-Identifier: Apache-2.0

package compiled

import (
	"slices"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Types are the types of resources that the organization itself knows: the kinds of its units, those off the tree too, and the words
// for its users. They are a few, told apart by length first, because nearly every request asks.
type Types struct {
	// lengths has a bit for each length, the last for all that are longer.
	lengths uint64
	// kinds and users are sorted. A word that is a kind too is not among users: units were there first.
	kinds, users []string
}

// Of is what a type is the type of.
type Of uint8

// What types are the types of.
const (
	// OfRecords is every type of which the organization knows nothing.
	OfRecords Of = iota
	OfUnits
	OfUsers
)

func lengthBit(word string) uint64 { return 1 << min(len(word), 63) }

// typesOf returns the types that a document knows.
func typesOf(doc *document.Document, subjectTypes []string) Types {
	t := Types{kinds: slices.Clone(doc.UnplacedKinds)}
	for name := range doc.Units {
		t.kinds = append(t.kinds, doc.Units[name].Kind)
	}
	slices.Sort(t.kinds)
	t.kinds = slices.DeleteFunc(slices.Compact(t.kinds), func(kind string) bool { return kind == "" })
	t.users = slices.Sorted(slices.Values(subjectTypes))
	t.users = slices.DeleteFunc(slices.Compact(t.users), func(word string) bool { return slices.Contains(t.kinds, word) })
	for _, word := range slices.Concat(t.kinds, t.users) {
		t.lengths |= lengthBit(word)
	}
	return t
}

// Of returns what a type is the type of.
func (t *Types) Of(word string) Of {
	if t.lengths&lengthBit(word) == 0 {
		return OfRecords
	}
	return t.search(word)
}

func (t *Types) search(word string) Of {
	if _, is := slices.BinarySearch(t.kinds, word); is {
		return OfUnits
	}
	if _, is := slices.BinarySearch(t.users, word); is {
		return OfUsers
	}
	return OfRecords
}

// subjectTypesOf returns the words by which a document calls users. An empty one is no word.
func subjectTypesOf(doc *document.Document) []string {
	return slices.DeleteFunc(slices.Clone(doc.EffectiveSubjectTypes()), func(word string) bool { return word == "" })
}

// IsSubjectType reports whether requests call users so.
func (x *Index) IsSubjectType(word string) bool {
	return word == x.firstSubjectType && word != "" || len(x.SubjectTypeNames) > 1 && slices.Contains(x.SubjectTypeNames, word)
}

// SubjectType returns how users are called where no request says it.
func (x *Index) SubjectType() string {
	if x.firstSubjectType == "" {
		return document.DefaultSubjectType
	}
	return x.firstSubjectType
}

// IsAbout reports whether a permission is about resources of a type.
func (x *Index) IsAbout(permission uint32, resourceType string) bool {
	types := x.Restrictions[permission].ResourceTypes
	return len(types) == 0 || slices.Contains(types, resourceType)
}
