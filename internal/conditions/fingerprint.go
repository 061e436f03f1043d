// SPDX-License-Identifier: Apache-2.0

package conditions

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"reflect"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Fingerprint identifies what a status says as the API server stores it, which is JSON: of a time, it keeps the whole seconds, and an
// empty list is none. The conditions that other programs set do not count. Fingerprints are compared with ==.
type Fingerprint struct{ fields, conditions digest }

type digest [sha256.Size]byte

// FingerprintOf returns the fingerprint of a status, given a pointer to it. The error is that the status is not JSON, so no API server
// stores it.
func FingerprintOf(status interface{ GetConditions() *[]metav1.Condition }) (Fingerprint, error) {
	var fingerprint Fingerprint
	var err error
	if own := Owned(*status.GetConditions()); len(own) > 0 {
		if fingerprint.conditions, err = digestOf(own); err != nil {
			return fingerprint, err
		}
	}
	fingerprint.fields, err = fieldsOf(status)
	return fingerprint, err
}

// fieldsOf returns the digest of a status without its conditions, reduced or not.
func fieldsOf(status interface{ GetConditions() *[]metav1.Condition }) (digest, error) {
	if fields, is := reducedTo(status); is {
		return fields, nil
	}
	fields := reflect.New(reflect.TypeOf(status).Elem())
	fields.Elem().Set(reflect.ValueOf(status).Elem())
	if without, is := reflect.TypeAssert[interface{ GetConditions() *[]metav1.Condition }](fields); is {
		*without.GetConditions() = nil
	}
	return digestOf(fields.Interface())
}

// digestOf returns the digest of a value as it is read back once it was written.
func digestOf(value any) (digest, error) {
	text, err := json.Marshal(value)
	if err == nil && mayDiffer(text) {
		read := reflect.New(reflect.TypeOf(value))
		if err = json.Unmarshal(text, read.Interface()); err == nil {
			text, err = json.Marshal(read.Interface())
		}
	}
	return sha256.Sum256(text), err
}

// mayDiffer reports whether what is read back from a text may be written in another way: a null, an object without a field, or what is
// no UTF-8.
func mayDiffer(text []byte) bool {
	for _, sign := range []string{":null", ":{}", `\ufffd`} {
		if bytes.Contains(text, []byte(sign)) {
			return true
		}
	}
	return false
}
