// SPDX-License-Identifier: Apache-2.0

// Package approvals moves requests through chains on a real API server, with the shipped policies and rights.
//
// What goes in are config/crd, config/rbac, config/admission and the chains of config/samples; the manager runs inside the test,
// as the service account that it is in a cluster and with no other rights. People are users with client certificates, who may
// ask and decide. The tests read what they come to out of statuses and of what is published. Time passes by the manager's
// clock, which tests put ahead.
package approvals
