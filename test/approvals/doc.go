// SPDX-License-Identifier: Apache-2.0

// Package approvals moves requests through chains on a real API server, with the shipped policies and rights.
//
// What goes in are config/crd, config/rbac, config/admission and the chains of config/samples; the manager runs inside the test,
// as its service account and with no other rights. Users with client certificates ask and decide. What comes out are statuses and
// publications. Time passes by the manager's clock, which specs set ahead. An expectation that something does not change looks
// only once the manager has seen every change.
package approvals
