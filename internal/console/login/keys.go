// SPDX-License-Identifier: Apache-2.0

package login

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"strings"

	"github.com/rolewright/rolewright/internal/console/texts"
)

// leastKeyBytes is how long a line of a key file must be: a shorter secret could be guessed.
const leastKeyBytes = 32

// Keys seal what browsers keep. The first key seals, and every key opens, so that a key can be replaced while people are logged in.
type Keys struct {
	ciphers []cipher.AEAD
	forms   []byte
}

// FormKey returns a key for the tokens of forms, which every console with the same keys takes.
func (k *Keys) FormKey() []byte { return k.forms }

// ReadKeys reads the keys of a file, one on each line.
func ReadKeys(file string) (*Keys, error) {
	content, err := os.ReadFile(file) //nolint:gosec // The operator names the file.
	if err != nil {
		return nil, err
	}
	var secrets []string
	for line := range strings.Lines(string(content)) {
		if line = strings.TrimSpace(line); line != "" {
			secrets = append(secrets, line)
		}
	}
	keys, err := NewKeys(secrets...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return keys, nil
}

// NewKeys returns the keys of secrets.
func NewKeys(secrets ...string) (*Keys, error) {
	if len(secrets) == 0 {
		return nil, texts.ErrNoKey
	}
	k := &Keys{}
	for i, secret := range secrets {
		if len(secret) < leastKeyBytes {
			return nil, texts.ShortKey(i+1, len(secret), leastKeyBytes)
		}
		key, err := hkdf.Key(sha256.New, []byte(secret), nil, "rolewright console cookies", sha256.Size)
		if err != nil {
			return nil, err
		}
		block, err := aes.NewCipher(key)
		if err != nil {
			return nil, err
		}
		sealing, err := cipher.NewGCMWithRandomNonce(block)
		if err != nil {
			return nil, err
		}
		k.ciphers = append(k.ciphers, sealing)
	}
	var err error
	if k.forms, err = hkdf.Key(sha256.New, []byte(secrets[0]), nil, "rolewright console forms", sha256.Size); err != nil {
		return nil, err
	}
	return k, nil
}

// seal encrypts and authenticates a content, together with the name of the cookie that it is for.
func (k *Keys) seal(name string, content []byte) string {
	// The nonce is none of ours: the cipher draws one, and puts it before what it seals.
	sealed := k.ciphers[0].Seal(nil, nil, content, []byte(name)) //nolint:gosec // See above.
	return base64.RawURLEncoding.EncodeToString(sealed)
}

// open returns a content that was sealed for a cookie of the name; the second result is false if it was not, or not by one of the keys.
func (k *Keys) open(name, sealed string) ([]byte, bool) {
	bytes, err := base64.RawURLEncoding.Strict().DecodeString(sealed)
	if err != nil {
		return nil, false
	}
	for _, opening := range k.ciphers {
		if content, err := opening.Open(nil, nil, bytes, []byte(name)); err == nil {
			return content, true
		}
	}
	return nil, false
}
