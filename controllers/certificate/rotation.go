// SPDX-License-Identifier: Apache-2.0

package certificate

import (
	"crypto/x509"
	"maps"
	"time"

	"k8s.io/client-go/util/cert"
)

// maxAuthorities bounds how many authorities the bundle keeps: the one that is served, the next, and those before.
const maxAuthorities = 4

// rotate returns the data that a Secret should have, where the configuration of the webhook trusts some authorities.
func rotate(data map[string][]byte, trusted []byte, names []string, validity time.Duration, now time.Time) (map[string][]byte, error) {
	serving, next := pair{data[certKey], data[keyKey]}, pair{data[nextCertKey], data[nextKeyKey]}
	var err error
	switch {
	case !serving.isUsable(names, now):
		// Nothing can be served: there is no time to announce the next.
		if !next.isUsable(names, now) {
			next, err = newPair(names, validity)
		}
		serving, next = next, pair{}
	case next.isUsable(names, now):
		if holds(trusted, next.authority()) {
			serving, next = next, pair{}
		}
	case serving.isOld(now):
		next, err = newPair(names, validity)
	default:
		next = pair{}
	}
	if err != nil {
		return nil, err
	}
	rotated := maps.Clone(data)
	if rotated == nil {
		rotated = map[string][]byte{}
	}
	set(rotated, certKey, serving.cert)
	set(rotated, keyKey, serving.key)
	set(rotated, nextCertKey, next.cert)
	set(rotated, nextKeyKey, next.key)
	rotated[bundleKey] = bundle(now, authorities(data[bundleKey], serving, next)...)
	return rotated, nil
}

// authorities returns those of two pairs, and the latest before them: a replica may serve a certificate of theirs for a moment.
func authorities(former []byte, serving, next pair) []*x509.Certificate {
	all := []*x509.Certificate{serving.authority()}
	if next.cert != nil {
		all = append(all, next.authority())
	}
	earlier, err := cert.ParseCertsPEM(former)
	if err != nil {
		return all
	}
	return append(all, earlier[:min(len(earlier), maxAuthorities-len(all))]...)
}

func set(data map[string][]byte, key string, value []byte) {
	if len(value) == 0 {
		delete(data, key)
		return
	}
	data[key] = value
}
