// SPDX-License-Identifier: Apache-2.0

// Package console serves pages for people who would rather look than read.
//
// What goes in is a Source of states; what comes out is an http.Handler. Package state holds what is shown, package view what each page
// shows of it, templates how, and static the style sheet and htmx. Every page is whole without a script: htmx replaces its main part
// when the state has changed. The package decides nothing: it shows what the index, the resolution and the matrix say.
//
// Pages trust nobody: what people wrote is escaped by html/template, the Content-Security-Policy allows neither inline scripts and
// styles nor other hosts, a browser must name a host that the console was started for, and forms must come from the same origin.
package console
