// SPDX-License-Identifier: Apache-2.0

package console

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"

	"github.com/rolewright/rolewright/internal/console/texts"
)

// Sizes of the parts of a token, in bytes.
const (
	nonceSize = 16
	macSize   = sha256.Size
)

// tokens make and check the tokens of forms that write. A token is bound to where a person is logged in, so that no other site and no
// other person can make one, and identifies the form, so that what is sent twice is written once.
type tokens struct {
	key []byte
}

func newTokens(key []byte) *tokens {
	if len(key) == 0 {
		key = make([]byte, sha256.Size)
		_, _ = rand.Read(key) // It never fails.
	}
	return &tokens{key: key}
}

// issue returns a token for a form.
func (t *tokens) issue(session string) string {
	nonce := make([]byte, nonceSize, nonceSize+macSize)
	_, _ = rand.Read(nonce) // It never fails.
	return base64.RawURLEncoding.EncodeToString(append(nonce, t.mac(session, nonce)...))
}

// form returns what identifies the form of a token. The last result is false if the token was not issued to the session.
func (t *tokens) form(session, token string) (form string, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) != nonceSize+macSize {
		return "", false
	}
	nonce, mac := raw[:nonceSize], raw[nonceSize:]
	return hex.EncodeToString(nonce), hmac.Equal(mac, t.mac(session, nonce))
}

func (t *tokens) mac(session string, nonce []byte) []byte {
	mac := hmac.New(sha256.New, t.key)
	_, _ = mac.Write([]byte("rolewright console form\x00"))
	_, _ = mac.Write(nonce)
	_, _ = mac.Write([]byte(session))
	return mac.Sum(nil)
}

// tokenField is the form value that holds the token.
const tokenField = "token"

// form returns what identifies the form of a request that writes. If its token is not good, it answers the request.
func (c *console) form(w http.ResponseWriter, r *http.Request, v *visit) (string, bool) {
	form, ok := c.tokens.form(v.person.Session, r.PostFormValue(tokenField))
	if !ok {
		c.fail(w, r, v.state, http.StatusForbidden, texts.RefusedForm)
	}
	return form, ok
}

// mostOfName is how much of a prefix a name keeps, so that it stays within the 253 characters of Kubernetes.
const mostOfName = 230

// nameFor returns the name of an object that a form creates: the same each time the form is sent.
func nameFor(prefix, form string, parts ...string) string {
	sum := sha256.Sum256([]byte(form + "\x00" + strings.Join(parts, "\x00")))
	return strings.TrimRight(prefix[:min(len(prefix), mostOfName)], "-.") + "-" + hex.EncodeToString(sum[:5])
}
