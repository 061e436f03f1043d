// SPDX-License-Identifier: Apache-2.0

package accessrequest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/go-jose/go-jose/v4"
)

// Keys are those that every replica of the service shares. The first signs and seals; all verify and open, so that a key can be replaced
// while what it signed is still about.
type Keys struct{ keys []*key }

// key is one private key, with the secrets that are derived from it.
type key struct {
	id           string
	private      *ecdsa.PrivateKey
	sealing, mac []byte
}

// Keyring holds the keys that are used now. It may be used by any number of goroutines.
type Keyring struct{ keys atomic.Pointer[Keys] }

// NewKeyring returns a keyring that holds some keys.
func NewKeyring(keys *Keys) *Keyring {
	k := &Keyring{}
	k.Replace(keys)
	return k
}

// Replace makes a keyring hold other keys.
func (k *Keyring) Replace(keys *Keys) { k.keys.Store(keys) }

const (
	algorithm = jose.ES256
	secrets   = sha256.Size
	mostKeys  = 16
)

// ParseKeys reads private keys of the curve P-256 in PEM, as openssl genpkey writes them, one after the other.
func ParseKeys(text []byte) (*Keys, error) {
	keys := &Keys{}
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "EC PARAMETERS" {
			continue
		}
		private, err := parseKey(block)
		if err != nil {
			return nil, fmt.Errorf("key %d: %w", len(keys.keys)+1, err)
		}
		next, err := newKey(private)
		if err != nil {
			return nil, fmt.Errorf("key %d: %w", len(keys.keys)+1, err)
		}
		if keys.find(next.id) != nil {
			return nil, fmt.Errorf("key %d is there before: remove it", len(keys.keys)+1)
		}
		if keys.keys = append(keys.keys, next); len(keys.keys) > mostKeys {
			return nil, fmt.Errorf("there are more than %d keys: remove the oldest", mostKeys)
		}
	}
	if len(keys.keys) == 0 {
		return nil, errors.New("there is no private key in PEM: make one with " +
			"openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256")
	}
	return keys, nil
}

func parseKey(block *pem.Block) (*ecdsa.PrivateKey, error) {
	const wanted = "it must be a private key of the curve P-256"
	switch block.Type {
	case "EC PRIVATE KEY":
		private, err := x509.ParseECPrivateKey(block.Bytes)
		if err != nil || private.Curve != elliptic.P256() {
			return nil, errors.New(wanted)
		}
		return private, nil
	case "PRIVATE KEY":
		parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if private, is := parsed.(*ecdsa.PrivateKey); err == nil && is && private.Curve == elliptic.P256() {
			return private, nil
		}
		return nil, errors.New(wanted)
	default:
		return nil, fmt.Errorf("it is %q: %s", block.Type, wanted)
	}
}

func newKey(private *ecdsa.PrivateKey) (*key, error) {
	public := jose.JSONWebKey{Key: private.Public()}
	thumbprint, err := public.Thumbprint(crypto.SHA256)
	if err != nil {
		return nil, err
	}
	k := &key{id: base64.RawURLEncoding.EncodeToString(thumbprint), private: private}
	scalar, err := private.Bytes()
	if err != nil {
		return nil, err
	}
	for _, derived := range []struct {
		purpose string
		into    *[]byte
	}{{"rolewright.dev/access-request/seal/v1", &k.sealing}, {"rolewright.dev/access-request/mac/v1", &k.mac}} {
		if *derived.into, err = hkdf.Key(sha256.New, scalar, nil, derived.purpose, secrets); err != nil {
			return nil, err
		}
	}
	return k, nil
}

func (k *Keys) find(id string) *key {
	for _, known := range k.keys {
		if known.id == id {
			return known
		}
	}
	return nil
}

// public returns the keys that verify, for everybody.
func (k *Keyring) public() jose.JSONWebKeySet {
	var set jose.JSONWebKeySet
	for _, known := range k.keys.Load().keys {
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: known.private.Public(), KeyID: known.id, Algorithm: string(algorithm), Use: "sig"})
	}
	return set
}

// sign returns claims as a JWS in compact serialization, whose header says of which type they are.
func (k *Keyring) sign(of string, claims any) (string, error) {
	first := k.keys.Load().keys[0]
	signer, err := jose.NewSigner(
		jose.SigningKey{Algorithm: algorithm, Key: jose.JSONWebKey{Key: first.private, KeyID: first.id}},
		(&jose.SignerOptions{}).WithType(jose.ContentType(of)))
	if err != nil {
		return "", err
	}
	return compact(claims, signer.Sign)
}

// compact returns a value, protected by a function, in compact serialization.
func compact[T interface{ CompactSerialize() (string, error) }](value any, protect func([]byte) (T, error)) (string, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return "", err
	}
	protected, err := protect(text)
	if err != nil {
		return "", err
	}
	return protected.CompactSerialize()
}

var errNotOurs = errors.New("no key of this service has signed it")

// verify reads claims of a type out of a JWS, and returns the identifier of the key that signed it.
func (k *Keyring) verify(of, token string, claims any) (keyID string, err error) {
	parsed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{algorithm})
	if err != nil {
		return "", errNotOurs
	}
	header := parsed.Signatures[0].Protected
	known := k.keys.Load().find(header.KeyID)
	if known == nil || header.ExtraHeaders[jose.HeaderType] != of {
		return "", errNotOurs
	}
	payload, err := parsed.Verify(known.private.Public())
	if err != nil {
		return "", errNotOurs
	}
	return known.id, json.Unmarshal(payload, claims)
}

// seal encrypts a value, so that only replicas of this service can read it, or make another.
func (k *Keyring) seal(value any) (string, error) {
	first := k.keys.Load().keys[0]
	encrypter, err := jose.NewEncrypter(jose.A256GCM, jose.Recipient{Algorithm: jose.DIRECT, Key: first.sealing, KeyID: first.id}, nil)
	if err != nil {
		return "", err
	}
	return compact(value, encrypter.Encrypt)
}

// open decrypts what was sealed.
func (k *Keyring) open(sealed string, value any) error {
	parsed, err := jose.ParseEncryptedCompact(sealed, []jose.KeyAlgorithm{jose.DIRECT}, []jose.ContentEncryption{jose.A256GCM})
	if err != nil {
		return errNotOurs
	}
	known := k.keys.Load().find(parsed.Header.KeyID)
	if known == nil {
		return errNotOurs
	}
	text, err := parsed.Decrypt(known.sealing)
	if err != nil {
		return errNotOurs
	}
	return json.Unmarshal(text, value)
}

// macs returns keyed hashes of some texts, one by each key.
func (k *Keyring) macs(parts ...string) map[string][]byte {
	sums := map[string][]byte{}
	for _, known := range k.keys.Load().keys {
		sums[known.id] = known.sum(parts)
	}
	return sums
}

func (k *key) sum(parts []string) []byte {
	sum := hmac.New(sha256.New, k.mac)
	for _, part := range parts {
		_, _ = fmt.Fprintf(sum, "%d:%s", len(part), part)
	}
	return sum.Sum(nil)
}
