// SPDX-License-Identifier: Apache-2.0

package document

import (
	"crypto/sha256"
	"fmt"
	"strings"
)

// valid says what about a part cannot be.
func (p Part) valid() error {
	switch {
	case !isKey(p.Name):
		return fmt.Errorf("name %q is no key of a ConfigMap", p.Name)
	case p.ConfigMap != "" && !isConfigMapName(p.ConfigMap):
		return fmt.Errorf("configMap %q is no name of a ConfigMap", p.ConfigMap)
	case p.ConfigMap == "" && p.Name == PublicationKey:
		return fmt.Errorf("name %q is that of the index itself", p.Name)
	case !isDigest(p.Digest):
		return fmt.Errorf("digest %q of %s is not sha256: with 64 lower-case hexadecimal digits", p.Digest, p)
	case p.Bytes < 1 || p.Bytes > maxConfigMap:
		return fmt.Errorf("%s has %d bytes; a part has 1 to %d", p, p.Bytes, maxConfigMap)
	default:
		return nil
	}
}

// Names of parts become paths and addresses. What consists of these leads nowhere else.
const (
	digits    = "0123456789"
	lowerCase = "abcdefghijklmnopqrstuvwxyz"
	upperCase = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	// maxName is how many bytes the name of a ConfigMap has at most, and a key of one.
	maxName = 253
)

// isDigest reports whether a text is what Digest returns.
func isDigest(text string) bool {
	hexadecimal, is := strings.CutPrefix(text, "sha256:")
	return is && len(hexadecimal) == 2*sha256.Size && has(hexadecimal, digits+"abcdef")
}

// isKey reports whether a text may be a key of a ConfigMap. One that begins with a dot is none of ours.
func isKey(text string) bool {
	return text != "" && len(text) <= maxName && text[0] != '.' && has(text, digits+lowerCase+upperCase+"._-")
}

// isConfigMapName reports whether a text may be the name of a ConfigMap.
func isConfigMapName(text string) bool {
	return text != "" && len(text) <= maxName && has(text, digits+lowerCase+".-") &&
		has(text[:1]+text[len(text)-1:], digits+lowerCase)
}

// has reports whether a text has no bytes but some.
func has(text, bytes string) bool { return strings.Trim(text, bytes) == "" }

// String says where the part lies.
func (p Part) String() string {
	if p.ConfigMap == "" {
		return "key " + p.Name
	}
	return fmt.Sprintf("key %s of ConfigMap %s", p.Name, p.ConfigMap)
}
