// SPDX-License-Identifier: Apache-2.0

// Package badobjects tests objects that have errors, on a real API server with the controllers in the same process.
//
// The objects in testdata go in: those in refused are refused by the API server, and those in shown are accepted and have a
// status that reports the error, each with the expected message. Each object meets a valid organization, and after each
// one a user of that organization must still be published and can still be changed.
package badobjects
