// SPDX-License-Identifier: Apache-2.0

// Package certificate keeps the certificate by which the API server knows the webhook, in every replica.
//
// What goes in are one Secret and one ValidatingWebhookConfiguration, by name; what comes out are the certificate to serve with,
// the Secret with certificates in it, and the caBundle of the configuration. It must not read or write any other object of these
// kinds: it has no right to.
//
// Certificates are replaced before they expire. The next one is announced in the caBundle first, and served once it is there, so
// that the API server trusts whichever of the two a replica serves. Each is signed by an authority of its own, whose key nobody
// keeps. Replicas may do the same at the same time: the first to write the Secret wins, and the others follow it.
package certificate
