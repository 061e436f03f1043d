// SPDX-License-Identifier: Apache-2.0

package decisionlog

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// hidden stands for a masked value if there is no key.
const hidden = "***"

// Masks hide the values of fields of decisions.
type Masks struct {
	fields mask
	key    []byte
}

// mask is a tree of names. A nil mask hides nothing; one with hide set hides all below it.
type mask struct {
	hide  bool
	below map[string]*mask
}

// maskable are the top-level fields that can be masked. The others contain no personal data.
var maskable = []string{"subject", "action", "resource", "context", "caller"}

// NewMasks parses paths of fields, such as subject.id, resource.properties.ssn or context. With a key, a masked value is shown
// as its keyed hash, so that equal values can be recognized.
func NewMasks(paths []string, key []byte) (Masks, error) {
	m := Masks{key: key}
	for _, path := range paths {
		at := &m.fields
		names := strings.Split(path, ".")
		for i, name := range names {
			if name == "" {
				return m, fmt.Errorf("mask %q: write names with a dot between them, such as resource.properties.ssn", path)
			}
			if i == 0 && !slices.Contains(maskable, name) {
				return m, fmt.Errorf("mask %q: the first name must be one of %s", path, strings.Join(maskable, ", "))
			}
			next := at.below[name]
			if next == nil {
				next = &mask{}
				if at.below == nil {
					at.below = map[string]*mask{}
				}
				at.below[name] = next
			}
			at = next
		}
		at.hide = true
	}
	return m, nil
}

// of returns the mask of a member; nil hides nothing.
func (m *mask) of(name string) *mask {
	if m == nil {
		return nil
	}
	return m.below[name]
}

func (m *mask) hides() bool { return m != nil && m.hide }

// shown returns what is shown of a masked value.
func (m *Masks) shown(value any) string {
	if len(m.key) == 0 {
		return hidden
	}
	text, is := value.(string)
	if !is {
		encoded, err := json.Marshal(value)
		if err != nil {
			return hidden
		}
		text = string(encoded)
	}
	sum := hmac.New(sha256.New, m.key)
	sum.Write([]byte(text))
	return "hmac-sha256:" + hex.EncodeToString(sum.Sum(nil)[:16])
}
