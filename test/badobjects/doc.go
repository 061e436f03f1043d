// SPDX-License-Identifier: Apache-2.0

// Package badobjects shows what becomes of objects that are wrong, on a real API server with the controllers beside it.
//
// What goes in is testdata: in refused the objects that the API server turns away, in shown those that it takes and
// whose status says what is wrong; each with the message that its writer gets. Every object meets an organization in
// which all is well, and after every one a user of that organization must still be published and still be changeable.
package badobjects
