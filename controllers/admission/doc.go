// SPDX-License-Identifier: Apache-2.0

// Package admission answers the API server whether users may write the objects of organizations, in every replica.
//
// What goes in are the requests that the API server sends to the webhook; what comes out are its answers, with the acts and the
// rules that allow them as audit annotations. internal/admission decides, by the objects in the cache, which the package waits for:
// it asks to try again rather than decide by an older state of the object, or beside another write of the same organization that it
// has just allowed and that the cache does not show yet. It must not write to the cluster, whatever it answers.
//
// Preview answers dry runs of approval requests with who would decide, by the snapshot of the organization, and refuses none.
//
// What is not judged, the API server does not even send: see config/webhook.
package admission
