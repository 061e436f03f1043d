// SPDX-License-Identifier: Apache-2.0

// Package auth decides who may ask the decision service about an organization.
//
// What goes in is the Authorization header of a request and the organization that it asks about; what comes out is the
// user who asks, or the error to answer with. A TokenReviewer says whose a token is, and an AccessReviewer what its owner may
// do; their answers are cached for a short time in bounded memory, and their errors never. A source of requests causes only so
// many reviews that come out bad. The package must not talk to a cluster itself, and knows nothing of permissions.
package auth
