// SPDX-License-Identifier: Apache-2.0

// Package access holds questions about access and their answers as plain data.
//
// A Request has the shape of an access evaluation of the OpenID AuthZEN Authorization API 1.0. An Explanation is its answer
// with reasons, and a Place one row of the answer to where resources may be listed. An ApprovalInput asks which chain
// governs a request for approval; an ApprovalPlan says who may decide each step. The package must not compute any of the
// answers, which is what an index is for.
package access
