// SPDX-License-Identifier: Apache-2.0

// Package consolecluster opens the console on a real API server, with the shipped policies and rights and a manager that runs inside the
// test.
//
// What goes in are organizations and people with certificates; what comes out are pages, as a browser gets them. What a page shows of the
// cluster it shows after a while: specs wait for it. An expectation that a page does not show something looks only once the page shows
// something that came later.
package consolecluster
