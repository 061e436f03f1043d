// SPDX-License-Identifier: Apache-2.0

// Package decide decides one request.
//
// What goes in are the tables of an index and a request; what comes out is yes or no, without an allocation where no condition
// is evaluated. A Decision is one request on its way: searches and explanations ask its questions one by one. The package
// must not say why: that is for package explain.
package decide
